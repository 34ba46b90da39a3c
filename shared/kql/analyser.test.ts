import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import type { WorkspaceSchema } from "../schemas/kql.ts";
import { analyse } from "./analyse.ts";
import { createKqlAnalyser } from "./analyser.ts";
import { compileQuery } from "./engine/compile.ts";

const SCHEMA: WorkspaceSchema = { T: { TimeGenerated: "datetime", a: "long" } };

/** A worker that says how many schemas it was sent, and hangs on the text "stuck". */
const STUB = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    let schemas = 0;
    parentPort.on("message", (request) => {
      if (request.kind === "schema") { schemas += 1; return; }
      if (request.query === "stuck") for (;;);
      if (request.query === "crash") throw new Error("secret");
      parentPort.postMessage({ id: 1, analysis: { ok: true, tables: [String(schemas)] } });
    });
    parentPort.postMessage({ id: 0 });
  `)}`,
);

test("the worker answers as the analysis itself does", async () => {
  const analyser = createKqlAnalyser();
  try {
    for (const query of ["T | where b == 1", "search 'x'", "T | summarize count() by a"])
      expect(await analyser.analyse(query, SCHEMA)).toEqual(analyse(query, SCHEMA));
  } finally {
    await analyser.close();
  }
});

test("a text that is too long is refused before a worker sees it", async () => {
  const analyser = createKqlAnalyser({ workerUrl: STUB, lengthMax: 10 });
  await expect(analyser.analyse("T | take 100", SCHEMA)).rejects.toMatchObject({
    code: "kql-refused",
  });
  await analyser.close();
});

// Ten megabytes must cost neither the event loop nor a worker anything.
test("10 MB of text are refused at once, by the analyser and by the engine", async () => {
  const analyser = createKqlAnalyser({ workerUrl: STUB });
  const text = `T | where a in (${"1,".repeat(5_000_000)}1)`;
  await expect(analyser.analyse(text, SCHEMA)).rejects.toMatchObject({ code: "kql-refused" });
  expect(() => compileQuery(text, SCHEMA)).toThrow(/longer than/);
  await analyser.close();
});

// Analysis can be made to take for ever with a few hundred characters: one tenant must not block the others.
test("a stuck worker is replaced, and the queries behind it are answered", async () => {
  const analyser = createKqlAnalyser({ workerUrl: STUB, timeLimitMs: 200 });
  try {
    const stuck = analyser.analyse("stuck", SCHEMA);
    const behind = analyser.analyse("T", SCHEMA);
    await expect(stuck).rejects.toMatchObject({ code: "kql-refused" });
    await expect(behind).resolves.toMatchObject({ ok: true });
  } finally {
    await analyser.close();
  }
});

test("a crash is told as a refusal without the worker's words", async () => {
  const analyser = createKqlAnalyser({ workerUrl: STUB });
  try {
    const crashed = analyser.analyse("crash", SCHEMA);
    await expect(crashed).rejects.toMatchObject({ code: "kql-refused" });
    await expect(crashed).rejects.not.toThrow(/secret/);
    await expect(analyser.analyse("T", SCHEMA)).resolves.toMatchObject({ ok: true });
  } finally {
    await analyser.close();
  }
});

// A workspace's schema is a megabyte: sent with each query it would cost more than the analysis.
test("a schema is sent to a worker once", async () => {
  const analyser = createKqlAnalyser({ workerUrl: STUB });
  try {
    await analyser.analyse("T", SCHEMA);
    expect(await analyser.analyse("T", SCHEMA)).toMatchObject({ tables: ["1"] });
    expect(await analyser.analyse("T", { ...SCHEMA })).toMatchObject({ tables: ["2"] });
  } finally {
    await analyser.close();
  }
});

test("after close, queries are refused", async () => {
  const analyser = createKqlAnalyser({ workerUrl: STUB });
  const waiting = analyser.analyse("stuck", SCHEMA);
  const closed = analyser.close();
  await expect(waiting).rejects.toMatchObject({ code: "kql-refused" });
  await closed;
  await expect(analyser.analyse("T", SCHEMA)).rejects.toMatchObject({ code: "kql-refused" });
});

// A program that has nothing to do must end, whether or not somebody closed the analyser.
test("an idle worker does not keep the process alive", async () => {
  const module = new URL("./analyser.ts", import.meta.url).href;
  const script = `
    const { createKqlAnalyser } = await import(${JSON.stringify(module)});
    const analyser = createKqlAnalyser({ workerUrl: new URL(${JSON.stringify(STUB.href)}) });
    await analyser.analyse("T", {});
    console.log("answered");
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script],
    { timeout: 60_000 },
  );
  expect(stdout.trim()).toBe("answered");
});
