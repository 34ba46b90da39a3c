import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { cruise, type ICruiseOptions, type IForbiddenRuleType } from "dependency-cruiser";
import { afterEach, expect, test } from "vitest";

// @ts-expect-error plain JavaScript configuration
import config from "../../.dependency-cruiser.mjs";
import { PLANTED } from "./planted.ts";

const { forbidden, options }: { forbidden: IForbiddenRuleType[]; options: ICruiseOptions } = config;
const ROOMS = ["functions", "shared", "local", "web/src"];

const isFile = (target: string) => target.endsWith(".ts");

let planted: string | undefined;
afterEach(() => {
  if (planted !== undefined) rmSync(planted, { recursive: true, force: true });
});

async function violationsIn(baseDir: string, rooms: string[]) {
  const { output } = await cruise(rooms, {
    ...options,
    baseDir,
    validate: true,
    ruleSet: { forbidden },
  });
  if (typeof output === "string") throw new TypeError("expected a cruise result");
  return {
    modules: output.modules.filter(({ source }) => !source.includes("node_modules")).length,
    found: output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

// Without it a room grows roots into another, and the layout on paper stops being the layout in code.
test("every import stays inside its room", async () => {
  const { modules, found } = await violationsIn(path.resolve(import.meta.dirname, "../.."), ROOMS);
  expect(
    modules,
    "too few modules were read: is a TypeScript transpiler installed?",
  ).toBeGreaterThan(150);
  expect(found.map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`)).toEqual([]);
});

// A rule whose pattern no longer matches anything would say "no violations" for ever.
test("each rule of the table catches a violation planted against it", async () => {
  planted = mkdtempSync(path.join(os.tmpdir(), "rooms-"));
  const root = planted;
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write("package.json", JSON.stringify({ name: "planted", type: "module" }));
  write(
    "node_modules/a-package-that-nobody-listed/package.json",
    JSON.stringify({ name: "a-package-that-nobody-listed", main: "index.js" }),
  );
  write("node_modules/a-package-that-nobody-listed/index.js", "export const it = 1;\n");
  for (const [, , to] of PLANTED) if (isFile(to)) write(to, "export const it = 1;\n");
  for (const [, from, to] of PLANTED) {
    const relative = path.relative(path.dirname(from), to);
    const specifier = isFile(to) ? (relative.startsWith(".") ? relative : `./${relative}`) : to;
    write(from, `import * as it from "${specifier}";\nexport const from = it;\n`);
  }

  const { found } = await violationsIn(root, ROOMS);
  const missed = PLANTED.filter(
    ([rule, from]) =>
      !found.some((violation) => violation.rule === rule && violation.from === from),
  );
  expect(missed).toEqual([]);
  const rules = forbidden.map(({ name }) => String(name));
  expect(rules.toSorted()).toEqual(PLANTED.map(([rule]) => rule).toSorted());
});
