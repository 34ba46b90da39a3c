/** The worker thread of the analyser: keeps schemas by their key, analyses one text at a time. */
import { parentPort } from "node:worker_threads";

import type { WorkspaceSchema } from "../schemas/kql.ts";
import { analyse } from "./analyse.ts";
import { withFunctions } from "./functions.ts";
import type { AnalyserAnswer, AnalyserRequest } from "./analyserMessages.ts";

const schemas = new Map<string, WorkspaceSchema>();

function answer(request: AnalyserRequest): AnalyserAnswer {
  if (request.kind === "schema") {
    schemas.set(request.key, withFunctions(request.schema, request.functions));
    return { id: request.id };
  }
  const schema = schemas.get(request.schemaKey) ?? {};
  return { id: request.id, analysis: analyse(request.query, schema, request.policy) };
}

parentPort?.on("message", (request: AnalyserRequest) => {
  parentPort?.postMessage(answer(request), []);
});

// The first parse costs about a second: it is paid before the first query comes.
analyse("print 1", {});
parentPort?.postMessage({ id: 0 } satisfies AnalyserAnswer, []);
