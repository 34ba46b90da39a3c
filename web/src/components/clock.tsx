/** The time by the server's clock, ticking slowly enough for ages of minutes. */
import { createContext, use, useEffect, useState } from "react";
import type { ReactNode } from "react";

/** Server's time minus this machine's, in milliseconds; the local run's clock can be advanced. */
const OffsetContext = createContext(0);
const NowContext = createContext<number | undefined>(undefined);
const TICK_MS = 5_000;

export function ClockProvider({ offsetMs, children }: { offsetMs: number; children: ReactNode }) {
  const [tick, setTick] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setTick(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <OffsetContext value={offsetMs}>
      <NowContext value={tick + offsetMs}>{children}</NowContext>
    </OffsetContext>
  );
}

/** Milliseconds since the epoch by the server's clock. */
export function useNow(): number {
  const offset = use(OffsetContext);
  return use(NowContext) ?? Date.now() + offset;
}

export const JUST_NOW = "just now";

/** An age in the largest fitting unit: "just now", "40 s", "4 min", "3 h", "2 d". */
export function ageWords(seconds: number): string {
  if (seconds < 5) return JUST_NOW;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
