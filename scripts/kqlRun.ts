/** The command line's `run`. */
import { badRowReport } from "../local/workspace/badRows.ts";
import { type QueryPool, createQueryPool } from "../local/workspace/queryPool.ts";
import { loadTenantDirectory } from "../local/workspace/tenantDirectory.ts";
import { parseTimespan } from "../local/workspace/timespan.ts";
import { KqlRefusal } from "../shared/kql/engine/refusal.ts";
import type { Workspace } from "../local/workspace/workspace.ts";
import { type InputLine, type LineError, type QueryLine, lineError } from "./kqlLines.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Loads a folder of rows once; the result runs one line over it and gives its answer as JSON. Bad rows are named on standard error.
 * @throws Error when the folder cannot be read or `now` is no time.
 */
export function createRunner(
  dir: string,
  now: string | undefined,
): (line: InputLine) => Promise<string> {
  const start = now === undefined ? new Date() : new Date(now);
  if (Number.isNaN(start.getTime())) throw new Error(`--now ${now ?? ""} is no ISO 8601 time.`);
  const { workspace, bad } = loadTenantDirectory(dir, {
    name: "folder",
    workspaceId: NOBODY,
    azureTenantId: NOBODY,
    clientId: NOBODY,
    clientSecret: "",
    clock: { now: () => start },
  });
  for (const line of badRowReport(bad)) console.error(line);
  const pool = createQueryPool();
  return async (line) => {
    if ("error" in line) return failed(line, line.error);
    try {
      return await answer(line, workspace, pool, start);
    } catch (error) {
      return failed(line, errorOf(error));
    }
  };
}

async function answer(
  line: QueryLine,
  workspace: Workspace,
  pool: QueryPool,
  now: Date,
): Promise<string> {
  const timespan = line.timespan === undefined ? undefined : parseTimespan(line.timespan, now);
  if (line.timespan !== undefined && timespan === undefined)
    return failed(
      line,
      lineError("invalid-timespan", `"${line.timespan}" is no ISO 8601 timespan.`),
    );
  const { columns, rows } = await pool.run(workspace, {
    query: line.kql,
    options: { now, ...(timespan === undefined ? {} : { timespan }) },
    faults: [],
  });
  // The rows stay the text that they are: parsed and written again, a long above 2^53 would lose digits.
  const head = JSON.stringify({ id: line.id, ok: true, columns });
  return `${head.slice(0, -1)},"rows":${rows}}`;
}

const failed = ({ id }: InputLine, error: LineError): string =>
  JSON.stringify({ id, ok: false, error });

function errorOf(error: unknown): LineError {
  if (!(error instanceof KqlRefusal))
    return lineError("internal", error instanceof Error ? error.message.slice(0, 300) : "failed");
  const { code, message, line, column } = error;
  return { code, message, line, column };
}
