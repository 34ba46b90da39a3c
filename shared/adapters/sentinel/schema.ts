/** A workspace's own schema, tables and saved functions, from its metadata endpoint, remembered for a while. */
import { isDeepStrictEqual } from "node:util";

import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { Siem } from "../../ports/siem.ts";
import { FUNCTIONS, type KqlFunction, KqlType, type WorkspaceSchema } from "../../schemas/kql.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import { CLOUDS } from "./connectionClouds.ts";
import { askService } from "./connectionService.ts";
import { signIn, testCredential } from "./connectionSignIn.ts";
import type { SentinelOptions } from "./workspaceReader.ts";

/** Tables change seldom: a new custom table is known after this time at the latest. */
const FRESH_MS = 3_600_000;
/** After a failure the last answer stands so long before the next try. */
const RETRY_MS = 60_000;
const TIMEOUT_MS = 30_000;

const SavedFunction = z.looseObject({
  name: z.string(),
  /** As KQL writes them, in brackets or not. */
  parameters: z.string().nullish(),
  body: z.string().nullish(),
});

/** A column of a type that Kusto does not have is left out; the table stays. */
const Metadata = z.looseObject({
  tables: z.array(
    z.looseObject({
      name: z.string(),
      columns: z.array(z.looseObject({ name: z.string(), type: z.string() })).default([]),
    }),
  ),
  functions: z.array(SavedFunction).nullish(),
});

interface Entry {
  readonly updatedAt: string;
  readonly until: number;
  readonly schema: Promise<WorkspaceSchema>;
}

/** Answers one reading at a time per provider; readers that come meanwhile share it. */
export function createSchemaReader(options: SentinelOptions): Siem["schema"] {
  const entries = new Map<string, Entry>();
  const known = new Map<string, WorkspaceSchema>();
  return async (provider) => {
    const key = `${provider.tenant_id}/${provider.id}/${provider.workspace_id}`;
    const now = options.clock.now().getTime();
    const entry = entries.get(key);
    if (entry !== undefined && entry.updatedAt === provider.updated_at && now < entry.until)
      return entry.schema;
    const keep = (untilMs: number, schema: Promise<WorkspaceSchema>): void => {
      entries.set(key, { updatedAt: provider.updated_at, until: now + untilMs, schema });
    };
    const reading = readSchema(options, provider);
    keep(FRESH_MS, reading);
    try {
      const read = await reading;
      const before = known.get(key);
      // Nothing changed: the same object, which those who analyse with it know already.
      const schema = before !== undefined && isDeepStrictEqual(before, read) ? before : read;
      known.set(key, schema);
      keep(FRESH_MS, Promise.resolve(schema));
      return schema;
    } catch (error) {
      const last = known.get(key);
      if (last === undefined) entries.delete(key);
      else keep(RETRY_MS, Promise.resolve(last));
      if (last === undefined) throw error;
      return last;
    }
  };
}

/** @throws AppError `siem-unavailable` that says what the service answered. */
async function readSchema(
  options: SentinelOptions,
  provider: SiemProvider,
): Promise<WorkspaceSchema> {
  const { logs } = CLOUDS[provider.cloud];
  const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
  const credential = await testCredential(options, provider);
  const token = await signIn(credential, provider, logs, abortSignal);
  const { status, body } = await askService({
    httpClient: options.httpClient,
    url: `${logs}/v1/workspaces/${encodeURIComponent(provider.workspace_id)}/metadata`,
    token,
    abortSignal,
    service: "Log Analytics",
  });
  const metadata = Metadata.safeParse(body);
  if (status >= 300 || !metadata.success)
    throw new AppError(
      "siem-unavailable",
      `Log Analytics did not describe the workspace ${provider.workspace_id} (${status}).`,
    );
  const tables: WorkspaceSchema = Object.fromEntries(
    metadata.data.tables.map(({ name, columns }) => [name, typedColumns(columns)]),
  );
  const functions = (metadata.data.functions ?? []).map(functionOf);
  return functions.length === 0 ? tables : { ...tables, [FUNCTIONS]: functions };
}

/** A body that is empty is one that the workspace does not show. */
const functionOf = (saved: z.infer<typeof SavedFunction>): KqlFunction => ({
  name: saved.name,
  parameters: (saved.parameters ?? "").trim().replace(/^\((.*)\)$/s, "$1"),
  ...(saved.body ? { body: saved.body } : {}),
});

function typedColumns(columns: readonly { name: string; type: string }[]): Record<string, KqlType> {
  const typed: Record<string, KqlType> = {};
  for (const { name, type } of columns) {
    const parsed = KqlType.safeParse(type);
    if (parsed.success) typed[name] = parsed.data;
  }
  return typed;
}
