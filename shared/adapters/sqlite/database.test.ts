import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { AppError } from "../../domain/errors.ts";
import { inTransaction, isUnavailable, openDatabase } from "./database.ts";

describe("openDatabase", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "database-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  // A first start has no data folder yet.
  test("creates the file and its folder", () => {
    const database = openDatabase(join(folder, "a", "b", "state.db"));
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    // 2 is FULL: with less, a power cut takes back acknowledged writes.
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    database.close();
  });

  // The start-up prints this sentence and exits; a stack trace instead would tell an operator nothing.
  test("an unusable path is one clear store-unavailable sentence", () => {
    const file = join(folder, "plain");
    writeFileSync(file, "not a database, but long enough to be read as a header ".repeat(40));
    for (const path of [file, join(file, "below.db"), folder]) {
      const error = caught(() => openDatabase(path));
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: "store-unavailable" });
      expect((error as AppError).detail).toContain(path);
      expect((error as AppError).detail).not.toContain("\n");
    }
  });

  // Tests and the demo run in memory.
  test("two in-memory databases share nothing", () => {
    const one = openDatabase(":memory:");
    const two = openDatabase(":memory:");
    one.exec("CREATE TABLE t(a)");
    expect(() => two.exec("SELECT * FROM t")).toThrow("no such table");
    one.close();
    two.close();
  });

  // Two processes on one file: the second one must wait for, then see, the first one's commit.
  test("two connections see each other's commits", () => {
    const file = join(folder, "state.db");
    const one = openDatabase(file);
    const two = openDatabase(file);
    one.exec("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    expect(two.prepare("SELECT a FROM t").all()).toEqual([{ a: 1 }]);
    one.close();
    two.close();
  });
});

describe("inTransaction", () => {
  // A half-written batch would be state without its messages.
  test("a throw leaves nothing behind, and the connection usable", () => {
    const database = openDatabase(":memory:");
    database.exec("CREATE TABLE t(a)");
    expect(() =>
      inTransaction(database, () => {
        database.exec("INSERT INTO t VALUES (1)");
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(inTransaction(database, () => database.prepare("SELECT * FROM t").all())).toEqual([]);
    database.close();
  });
});

// A wrong statement is a bug and must not be reported as an outage, which callers would retry.
test("isUnavailable tells an outage from a wrong statement", () => {
  const database = openDatabase(":memory:");
  expect(isUnavailable(caught(() => database.exec("SELEC 1")))).toBe(false);
  database.close();
  expect(isUnavailable(caught(() => database.exec("SELECT 1")))).toBe(true);
});

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
