import { describe, expect, test } from "vitest";

import type { SyncState } from "../schemas/providers.ts";
import { isDue, isStale, oldestSync } from "./incidentsSync.ts";

const aState = (over: Partial<SyncState> = {}): SyncState => ({
  type: "sync",
  id: "sync:contoso:sip_contoso",
  tenant_id: "contoso",
  provider_id: "sip_contoso",
  fence: 1,
  ...over,
});
const at = (time: string): Date => new Date(`2026-01-15T${time}Z`);
const done = (time: string) => aState({ last_success_at: `2026-01-15T${time}Z` });

describe("isDue", () => {
  // The timer may run every half minute; the default interval must not slow it down.
  test("with five minutes or less: at every run of the timer", () => {
    expect(isDue({ sync_interval: "PT5M" }, done("12:00:00.000"), at("12:00:30.000"))).toBe(true);
    expect(isDue({ sync_interval: "PT1M" }, done("12:00:00.000"), at("12:00:01.000"))).toBe(true);
  });

  test("else once in each interval, whatever read-through did meanwhile and however the timer jitters", () => {
    const hourly = { sync_interval: "PT1H" };
    expect(isDue(hourly, done("12:00:00.050"), at("12:55:00.000"))).toBe(false);
    expect(isDue(hourly, done("12:57:00.000"), at("13:00:00.000"))).toBe(true);
    expect(isDue(hourly, done("12:00:00.050"), at("12:59:59.900"))).toBe(true);
    expect(isDue(hourly, done("12:59:59.900"), at("13:05:00.000"))).toBe(false);
  });

  test("a provider that never succeeded stays due", () => {
    expect(isDue({ sync_interval: "P1D" }, aState(), at("12:00:00.000"))).toBe(true);
    expect(isDue({ sync_interval: "P1D" }, undefined, at("12:00:00.000"))).toBe(true);
  });
});

describe("isStale", () => {
  const now = at("12:00:00.000");
  const error = { code: "siem-unavailable", detail: "down" };

  test("after five minutes without a success, or before the first", () => {
    expect(isStale(undefined, now)).toBe(true);
    expect(isStale(done("11:55:00.000"), now)).toBe(false);
    expect(isStale(done("11:54:59.999"), now)).toBe(true);
  });

  // Every request would wait two seconds for a workspace that is down.
  test("not in the minute after a failure, nor while Sentinel asked to wait", () => {
    const old = done("11:00:00.000");
    const failed = (time: string) => ({ ...old, error: { ...error, at: `2026-01-15T${time}Z` } });
    expect(isStale(failed("11:59:30.000"), now)).toBe(false);
    expect(isStale(failed("11:59:00.000"), now)).toBe(true);
    expect(isStale({ ...old, retry_at: "2026-01-15T12:00:01.000Z" }, now)).toBe(false);
  });
});

test("what is shown is as old as the least recent sync, and of unknown age before a first one", () => {
  const one = { provider_id: "a", provider: "A", is_default: true, writeback_enabled: false };
  const ages = [
    { ...one, last_synced_at: "2026-01-15T11:58:30.000Z" },
    { ...one, last_synced_at: "2026-01-15T11:59:00.000Z" },
  ];
  const now = at("12:00:00.900");
  expect(oldestSync(ages, now)).toEqual({
    last_synced_at: "2026-01-15T11:58:30.000Z",
    ageSeconds: 90,
  });
  const never = [...ages, { ...one, last_synced_at: null }];
  expect(oldestSync(never, now)).toEqual({ last_synced_at: null, ageSeconds: undefined });
  expect(oldestSync([], now)).toEqual({ last_synced_at: null, ageSeconds: undefined });
});
