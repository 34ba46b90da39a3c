/** Evidence bundles: whole as exported, and no single field can be changed unseen. */
import { generateKeyPairSync, sign } from "node:crypto";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { canonicalJson } from "../domain/claims.ts";
import {
  bundleFaults,
  evidenceFaults,
  publicKeyText,
  signBundle,
} from "../domain/evidenceBundle.ts";
import { reportFaults } from "../investigation/bundleCheck.ts";
import { publicEvidenceKeys } from "../repositories/evidenceKeys.ts";
import { Json } from "../schemas/json.ts";
import { TENANT } from "../testing/fixtures.ts";
import { finished, GUESSED, investigable, start } from "../testing/investigation.ts";
import { exportBundle } from "./exportBundle.ts";

async function exported() {
  const deps = await investigable(GUESSED);
  deps.keys = {
    wrap: async (dataKey) => ({
      kid: "test",
      alg: "none",
      wrapped: Buffer.from(dataKey).toString("base64url"),
    }),
    unwrap: async ({ wrapped }) => Buffer.from(wrapped, "base64url"),
  };
  const { session } = await finished(deps, await start(deps));
  const bundle = await exportBundle(deps, TENANT, session.session_id);
  return { deps, session, bundle, file: Json.parse(JSON.parse(JSON.stringify(bundle))) };
}
const { deps, session, bundle, file } = await exported();

test("a bundle as it was exported has no fault, and its key is the published one", async () => {
  const keys = await publicEvidenceKeys(deps.documents);
  expect(keys.map(({ kid }) => kid)).toEqual([bundle.signature.kid]);
  expect(bundleFaults(file, new Set([bundle.signature.kid]))).toEqual([]);
  expect(evidenceFaults(bundle.content)).toEqual([]);
  expect(reportFaults(bundle.content)).toEqual([]);
  expect(bundle.content.report?.verdict).toBe("true_positive");
  expect(bundle.content.evidence.length).toBeGreaterThan(0);
  const again = await exportBundle(deps, TENANT, session.session_id);
  expect(again.signature.kid).toBe(bundle.signature.kid);
});

type Path = (string | number)[];
const leaves = (value: Json, path: Path = []): Path[] => {
  if (typeof value !== "object" || value === null) return [path];
  const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return parts.length === 0 ? [path] : parts.flatMap(([name, one]) => leaves(one, [...path, name]));
};
const PATHS = leaves(file);

function edited(path: Path, change: (value: Json) => Json): Json {
  const at = (value: Json, [name, ...rest]: Path): Json => {
    if (name === undefined) return change(value);
    if (Array.isArray(value)) return value.map((one, i) => (i === name ? at(one, rest) : one));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, one]) => [key, key === name ? at(one, rest) : one]),
    );
  };
  return at(file, path);
}

const CHANGES: readonly ((value: Json) => Json)[] = [
  (value) => (typeof value === "number" ? value + 1 : `${JSON.stringify(value)} `),
  (value) => (typeof value === "string" ? value.slice(0, -1) : "changed"),
  (value) => (value === null ? 0 : null),
  (value) => (typeof value === "boolean" ? !value : [value]),
];

// Who edits a bundle must be caught wherever they edit, and be told where.
test("any edit of a single field is found, and its place is named", () => {
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), fc.constantFrom(...CHANGES), (path, change) => {
      const changed = edited(path, change);
      fc.pre(JSON.stringify(changed) !== JSON.stringify(file));
      const faults = bundleFaults(changed);
      expect(faults.length).toBeGreaterThan(0);
      if (path[0] !== "content") return;
      const pointer = `/${path.join("/")}`;
      expect(faults.some((one) => one.pointer.startsWith(pointer))).toBe(true);
    }),
    { numRuns: 200, seed: 6 },
  );
});

test("a bundle that was changed and hashed anew does not fit its signature", () => {
  const other = { ...bundle.content, exported_at: "2020-01-01T00:00:00.000Z" };
  const forged = Json.parse(JSON.parse(JSON.stringify({ ...bundle, content: other })));
  expect(bundleFaults(forged).map(({ pointer }) => pointer)).toContain("/content/exported_at");
});

const pointersIn = (value: unknown, trusted?: ReadonlySet<string>): string[] =>
  bundleFaults(Json.parse(JSON.parse(JSON.stringify(value))), trusted).map((one) => one.pointer);

/** The bundle with this in the head of its signature, which a key of one's own signs. */
function resigned(head: object): object {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const own = signBundle(bundle.content, { privateKey, publicKey: publicKeyText(publicKey) });
  const { value: _value, ...before } = own.signature;
  const signed = { ...before, ...head };
  const bytes = Buffer.from(canonicalJson(Json.parse(signed)));
  const value = sign(undefined, bytes, privateKey).toString("base64url");
  return { ...own, signature: { ...signed, value } };
}

// Each of these is signed by somebody, and says something else than what was signed, or by whom.
test("a signature holds for its key, its way and its hashes alone, in one spelling", () => {
  expect(pointersIn(resigned({}))).toEqual([]);
  expect(pointersIn(resigned({ kid: bundle.signature.kid }))).toEqual(["/signature/kid"]);
  expect(pointersIn(resigned({ alg: "none" }))).toEqual(["/signature/alg"]);
  expect(pointersIn(resigned({ content_hash: "0" }))).toEqual(["/signature/content_hash"]);
  expect(pointersIn(resigned({ fields_hash: "0" }))).toEqual(["/signature/fields_hash"]);
  const signature = { ...bundle.signature, value: `${bundle.signature.value}=` };
  expect(pointersIn({ ...bundle, signature })).toEqual(["/signature/value"]);
  expect(pointersIn({ ...bundle, note: "also believed?" })).toEqual(["/note"]);
});

test("a key that the tenant did not publish counts for nothing where its keys are known", () => {
  const trusted = new Set([bundle.signature.kid]);
  expect(pointersIn(bundle, trusted)).toEqual([]);
  expect(pointersIn(resigned({}), trusted)).toEqual(["/signature/kid"]);
});

test("a link too many breaks the chain of evidence as one too few does", () => {
  const { evidence, chain } = bundle.content;
  const faultsWith = (links: string[]) => evidenceFaults({ evidence, chain: links });
  expect(faultsWith([...chain, "0"])).toMatchObject([
    { pointer: `/content/chain/${chain.length}` },
  ]);
  expect(faultsWith(chain.slice(0, -1))).toHaveLength(1);
});

type Content = typeof bundle.content;
/** The first step that cites evidence, with something else in it. */
function withStep(change: object): [number, Content] {
  const at = bundle.content.steps.findIndex(({ evidence_id }) => evidence_id !== undefined);
  const steps = bundle.content.steps.map((one, i) => (i === at ? { ...one, ...change } : one));
  return [at, { ...bundle.content, steps }];
}

test.for<[string, object]>([
  ["seq", { seq: 99 }],
  ["kql", { kql: "SigninLogs | take 1" }],
  ["row_count", { row_count: 12_345 }],
  ["evidence_id", { evidence_id: "ev_none" }],
])("a step whose %s is not that of its place and evidence is a fault", ([field, change]) => {
  const [at, content] = withStep(change);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(reportFaults(content).map(({ pointer }) => pointer)).toContain(
    `/content/steps/${at}/${field}`,
  );
});

type Report = NonNullable<Content["report"]>;
const withReport = (change: (report: Report) => Partial<Report>): Content => {
  const { report } = bundle.content;
  if (report === null) throw new Error("There is no report.");
  return { ...bundle.content, report: { ...report, ...change(report) } };
};

// Whoever holds the key can sign what they like: what the report says must follow from the rows all the same.
test.for<[string, Content]>([
  ["/report/verdict", withReport(() => ({ verdict: "benign_positive" }))],
  ["/report/verdict", withReport(() => ({ confidence: 0.5 }))],
  ["/report/check", withReport(() => ({ check: "unverified" }))],
  [
    "/report/summary/1",
    withReport(({ summary }) => ({
      summary: summary.map((one, i) => (i === 1 ? { ...one, text: "Nothing happened." } : one)),
    })),
  ],
  ["/report/timeline", withReport(({ timeline }) => ({ timeline: timeline.slice(1) }))],
  [
    "/report/entities/0",
    withReport(({ entities }) => ({
      entities: entities.map((one, i) => (i === 0 ? { ...one, value: "198.51.100.1" } : one)),
    })),
  ],
  ["/report/claims", withReport(({ claims }) => ({ claims: claims.slice(1) }))],
  ["/report/actions", withReport(() => ({ actions: [] }))],
  ["/session/steps", { ...bundle.content, session: { ...bundle.content.session, steps: 1 } }],
  [
    "/evidence/0/row_count",
    {
      ...bundle.content,
      evidence: bundle.content.evidence.map((one, i) =>
        i === 0 ? { ...one, row_count: 99 } : one,
      ),
    },
  ],
  ["/state", { ...bundle.content, state: null }],
])(
  "a bundle whose %s does not follow from its rows is refused, whoever signed it",
  ([where, content]) => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const signed = signBundle(content, { privateKey, publicKey: publicKeyText(publicKey) });
    expect(bundleFaults(Json.parse(JSON.parse(JSON.stringify(signed))))).toEqual([]);
    expect(reportFaults(content).map(({ pointer }) => pointer)).toContain(`/content${where}`);
  },
);
