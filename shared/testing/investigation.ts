/** A workspace that answers the investigator's questions by their ids, and runs sessions to their end. */
import { QUESTIONS } from "../investigation/data/questions.ts";
import type { Deps } from "../ports/deps.ts";
import type { KqlAnalyser } from "../ports/kqlAnalyser.ts";
import type { SiemQuery } from "../ports/siem.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import { readSession } from "../repositories/sessions.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { Json } from "../schemas/json.ts";
import { KqlType, type QueryResult } from "../schemas/kql.ts";
import { InvestigationMessage } from "../schemas/messages.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import { advanceInvestigation } from "../services/advanceInvestigation.ts";
import { startInvestigation } from "../services/startInvestigation.ts";
import { drain, testDeps, type TestDeps } from "./deps.ts";
import { anAlert, anIncident, aPrincipal, aProvider, TENANT } from "./fixtures.ts";

/** Columns as `Name` (string) or `Name:type`, and rows. */
export interface ScriptedAnswer {
  columns: readonly string[];
  rows: readonly (readonly Json[])[];
  partial_error?: string;
  truncated?: boolean;
}

/** By question id, or `rows:Table` for the count of a table; a table that is left out has 100 rows. */
export type Script = Readonly<Record<string, ScriptedAnswer>>;

/** Accepts every query. */
export const acceptingKql: KqlAnalyser = {
  analyse: async () => ({
    ok: true,
    diagnostics: [],
    policy: [],
    tables: [],
    functions: [],
    columns: [],
    output: [],
  }),
  close: async () => {},
};

/** What was asked: the id of the question, or `rows:Table`. */
export function askedFor({ kql }: SiemQuery): string {
  const question = QUESTIONS.find((one) => kql.endsWith(one.kql));
  if (question !== undefined) return question.id;
  const table = /(\w+)\n\| where [^\n]+\n\| summarize Rows = count\(\)/.exec(kql)?.[1];
  if (table === undefined) throw new Error(`Nobody asks this: ${kql}`);
  return `rows:${table}`;
}

/** Put behind a question's query by a dry run. */
const COUNT = "\n| count";

export function answerOf(script: Script, query: SiemQuery): QueryResult {
  if (query.kql.endsWith(COUNT)) {
    const whole = answerOf(script, { ...query, kql: query.kql.slice(0, -COUNT.length) });
    const rows = [[whole.rows.length]];
    return { ...whole, columns: [{ name: "Count", type: "long" }], rows };
  }
  const id = askedFor(query);
  const counted: ScriptedAnswer = { columns: ["Rows:long"], rows: [[100]] };
  const { columns, rows, truncated, partial_error } =
    script[id] ?? (id.startsWith("rows:") ? counted : { columns: [], rows: [] });
  return {
    columns: columns.map((column) => {
      const [name = "", type = "string"] = column.split(":");
      return { name, type: KqlType.parse(type) };
    }),
    rows: rows.map((row) => [...row]),
    truncated: truncated ?? false,
    duration_ms: 1,
    ...(partial_error !== undefined && { partial_error }),
  };
}

/** A tenant with one provider and one incident whose alert names an address and a user. */
export async function investigable(
  script: Script,
  given: { incident?: Partial<IncidentRecord>; provider?: Partial<SiemProvider> } = {},
): Promise<TestDeps> {
  const deps = testDeps({ kql: acceptingKql });
  const provider = aProvider(given.provider);
  await providers.create(deps.documents, provider);
  await incidents.create(deps, anIncident(given.incident), []);
  deps.siem.holds(provider.id, {
    alerts: [
      anAlert({
        entities: [
          { $id: "1", Address: "203.0.113.7", Type: "ip" },
          {
            $id: "2",
            UserPrincipalName: "ana@contoso.example",
            Name: "ana",
            UPNSuffix: "contoso.example",
            Type: "account",
          },
        ],
      }),
    ],
  });
  deps.siem.answers((query) => answerOf(script, query));
  return deps;
}

export const start = (
  deps: Deps,
  body: Partial<Parameters<typeof startInvestigation>[2]> = {},
): Promise<SessionRecord> =>
  startInvestigation(deps, aPrincipal(), {
    query: "Is this incident real?",
    persona: "soc_analyst",
    provider: "sentinel",
    incident_number: 12345,
    ...body,
  });

/** Works off the queue until nothing is left, at most so many messages. */
export async function work(deps: Deps, most = 50): Promise<void> {
  let done = 0;
  for (;;) {
    const messages = await drain(deps.queue, "investigations");
    if (messages.length === 0) return;
    for (const { body } of messages) {
      if ((done += 1) > most) throw new Error("The session does not end.");
      await advanceInvestigation(deps, InvestigationMessage.parse(body));
    }
  }
}

const SIGNIN_COLUMNS = ["UserPrincipalName", "IPAddress"] as const;

/** What a workspace answers about a password that was guessed from a foreign address. */
export const GUESSED: Script = {
  s01: {
    columns: [...SIGNIN_COLUMNS, "Failures:long", "First:datetime", "Last:datetime"],
    rows: [
      [
        "ana@contoso.example",
        "203.0.113.7",
        42,
        "2026-01-15T11:30:00.000Z",
        "2026-01-15T11:40:00.000Z",
      ],
    ],
  },
  s03: {
    columns: [
      ...SIGNIN_COLUMNS,
      "Failures:long",
      "FirstFailure:datetime",
      "Successes:long",
      "FirstSuccess:datetime",
    ],
    rows: [
      [
        "ana@contoso.example",
        "203.0.113.7",
        42,
        "2026-01-15T11:30:00.000Z",
        1,
        "2026-01-15T11:45:00.000Z",
      ],
    ],
  },
  s04: {
    columns: [
      ...SIGNIN_COLUMNS,
      "Country",
      "Address",
      "Place",
      "Suspected",
      "Successes:long",
      "First:datetime",
    ],
    rows: [
      [
        "ana@contoso.example",
        "203.0.113.7",
        "XX",
        "new",
        "new",
        "yes",
        1,
        "2026-01-15T11:45:00.000Z",
      ],
    ],
  },
};

/** The session as it is stored now. */
export const current = async (
  deps: TestDeps,
  { session_id }: SessionRecord,
): Promise<SessionRecord> => {
  const stored = await readSession(deps.documents, TENANT, session_id);
  if (stored === undefined) throw new Error("The session is gone.");
  return stored.session;
};

/** Works the session to its report. */
export const finished = async (deps: TestDeps, session: SessionRecord) => {
  await work(deps);
  const after = await current(deps, session);
  if (after.report === undefined) throw new Error(`No report: ${JSON.stringify(after.error)}`);
  return { session: after, report: after.report };
};

/** Takes the one message that waits for a slice. */
export const takeMessage = async (deps: TestDeps): Promise<InvestigationMessage> => {
  const [message] = await drain(deps.queue, "investigations");
  return InvestigationMessage.parse(message?.body);
};
