/**
 * Single-key shortcuts and two-key sequences (`g i`). They never fire while somebody types, in a dialog,
 * nor with a modifier, and can be switched off.
 */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

const OFF = "socmate.keys-off";
/** The second key of a sequence is waited for this long. */
const SEQUENCE_MS = 1_200;

/** `KeyboardEvent.key`, or two of them with a space between, to what it does. */
type Keys = Readonly<Record<string, () => void>>;

/** Maps of the mounted components; the newest is asked first. */
const mounted: { current: Keys }[] = [];
const listeners = new Set<() => void>();
let pending: { key: string; atMs: number } | undefined;

/** Whether shortcuts are on in this browser. */
export const areKeysOn = (): boolean => localStorage.getItem(OFF) === null;

function setKeysOn(isOn: boolean): void {
  if (isOn) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  for (const listener of listeners) listener();
}

/** Whether shortcuts are on, and the switch. */
export function useKeysSwitch(): [boolean, (isOn: boolean) => void] {
  const isOn = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, areKeysOn);
  return [isOn, setKeysOn];
}

export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (mounted.length === 0) document.addEventListener("keydown", onKey);
    mounted.unshift(latest);
    return () => {
      mounted.splice(mounted.indexOf(latest), 1);
      if (mounted.length === 0) document.removeEventListener("keydown", onKey);
    };
  }, []);
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || isAnswered(event.key, event.target) || !areKeysOn()) return;
  const first = pending;
  pending = undefined;
  if (first !== undefined && event.timeStamp - first.atMs < SEQUENCE_MS) {
    // The second key belongs to the sequence, whether or not it completes one.
    event.preventDefault();
    run(actOf(`${first.key} ${event.key}`));
    return;
  }
  const act = actOf(event.key);
  if (act !== undefined) {
    event.preventDefault();
    run(act);
  } else if (mounted.some(({ current }) => hasPrefix(current, event.key))) {
    pending = { key: event.key, atMs: event.timeStamp };
  }
}

/** The page follows before the next key comes, however fast somebody types: that key acts on what this one did. */
const run = (act: (() => void) | undefined): void => {
  if (act !== undefined) flushSync(act);
};

const actOf = (key: string): (() => void) | undefined =>
  mounted.find(({ current }) => Object.hasOwn(current, key))?.current[key];

const hasPrefix = (keys: Keys, key: string): boolean =>
  Object.keys(keys).some((each) => each.startsWith(`${key} `));

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.closest(
      "input:not([type=checkbox]), textarea, select, dialog, [role=dialog], [role=alertdialog], [role=menu]",
    ) !== null);

/** Buttons and links answer Enter and Space themselves. */
const isAnswered = (key: string, target: EventTarget | null): boolean =>
  (key === "Enter" || key === " ") &&
  target instanceof HTMLElement &&
  target.closest("a, button, summary, input") !== null;
