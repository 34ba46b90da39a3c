/** Queries that this person ran in this browser, newest first. */
import { useState } from "react";

import type { Hunt } from "./queries.ts";

export interface PastHunt extends Hunt {
  /** When it was run: ISO 8601. */
  at: string;
  /** Rows it gave; undefined when it failed. */
  rows?: number | undefined;
}

const KEPT = 50;

/** The same query on another workspace is another hunt. */
const isSame = (a: Hunt, b: Hunt): boolean => a.query === b.query && a.provider === b.provider;

export function useHistory(reader: string): {
  past: readonly PastHunt[];
  remember: (hunt: PastHunt) => void;
  forget: () => void;
} {
  const key = `socmate.hunts.${reader}`;
  const [past, setPast] = useState(() => stored(key));
  return {
    past,
    remember: (hunt) => {
      // Read again: another tab may have written meanwhile.
      const others = stored(key).filter((each) => !isSame(each, hunt));
      const next = [hunt, ...others].slice(0, KEPT);
      setPast(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // The storage is full or closed: the history then lasts as long as the page.
      }
    },
    forget: () => {
      setPast([]);
      localStorage.removeItem(key);
    },
  };
}

function stored(key: string): PastHunt[] {
  try {
    const past: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(past) ? past.filter(isPastHunt) : [];
  } catch {
    return [];
  }
}

const isPastHunt = (value: unknown): value is PastHunt =>
  typeof value === "object" &&
  value !== null &&
  "query" in value &&
  typeof value.query === "string" &&
  "timespan" in value &&
  typeof value.timespan === "string" &&
  "at" in value &&
  typeof value.at === "string" &&
  (!("provider" in value) || typeof value.provider === "string");
