/** A point in time: its age to read at a glance, the exact UTC and local time on hover. */
import { ageWords, JUST_NOW, useNow } from "./clock.tsx";

/** `2026-11-21 09:28:13Z`, from any ISO 8601 text. */
export const utcText = (iso: string): string =>
  new Date(iso)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");

const exact = (iso: string): string => `${utcText(iso)} · here ${new Date(iso).toLocaleString()}`;

export function Age({ at }: { at: string }) {
  const seconds = (useNow() - Date.parse(at)) / 1000;
  return (
    <time dateTime={at} title={exact(at)}>
      {ageWords(seconds)}
    </time>
  );
}

/** The same in a sentence: "4 min ago", or "just now". */
export function Ago({ at }: { at: string }) {
  const words = ageWords((useNow() - Date.parse(at)) / 1000);
  return (
    <time dateTime={at} title={exact(at)}>
      {words === JUST_NOW ? words : `${words} ago`}
    </time>
  );
}

export function UtcTime({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exact(at)}>
      {utcText(at)}
    </time>
  );
}
