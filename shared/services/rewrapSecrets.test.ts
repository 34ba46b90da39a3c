/** Key rotation: stored secrets follow to the new key, their ciphertext never moves. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { createLocalKeyWrapper } from "../adapters/localKeys/keyWrapper.ts";
import { open, seal } from "../domain/sealing.ts";
import type { KeyWrapper } from "../ports/keyWrapper.ts";
import {
  createEvidenceKey,
  type EvidenceKeyRecord,
  readEvidenceKey,
} from "../repositories/evidenceKeys.ts";
import * as providers from "../repositories/providers.ts";
import type { SealedSecret } from "../schemas/providers.ts";
import { testDeps } from "../testing/deps.ts";
import { aPrincipal, aProvider, TENANT } from "../testing/fixtures.ts";
import { aWebhook, deliverDue, tell } from "../testing/notifications.ts";
import { rewrapSecrets } from "./rewrapSecrets.ts";
import { rotateWebhook } from "./rotateWebhook.ts";
import { savePreferences } from "./savePreferences.ts";

const folder = mkdtempSync(path.join(tmpdir(), "rewrap-"));
afterAll(() => rmSync(folder, { recursive: true }));

let file: string;
let keys: KeyWrapper;
let deps: ReturnType<typeof testDeps>;
beforeEach(async () => {
  file = path.join(folder, `${randomBytes(6).toString("hex")}.json`);
  keys = createLocalKeyWrapper(file);
  deps = testDeps();
  for (const id of ["sip_one", "sip_two"]) await store(id);
  await providers.create(deps.documents, aProvider({ id: "sip_identity" }));
});

const placeOf = (subject_id: string) => ({
  tenant_id: TENANT,
  subject_id,
  field: "client_secret",
});
async function store(id: string): Promise<void> {
  const client_secret = await seal(`secret of ${id}`, placeOf(id), keys, randomBytes);
  await providers.create(
    deps.documents,
    aProvider({ id, name: id, auth: "client_secret", client_secret }),
  );
}
async function sealedOf(id: string): Promise<SealedSecret> {
  const stored = await providers.read(deps.documents, TENANT, id);
  if (stored?.record.client_secret === undefined) throw new Error(`${id} has no secret.`);
  return stored.record.client_secret;
}

const Ring = z.object({ active: z.string(), keys: z.record(z.string(), z.string()) });
/** A new key becomes the active one; the old one stays. */
function rotate(): void {
  const ring = Ring.parse(JSON.parse(readFileSync(file, "utf8")));
  const added = { "local-new": randomBytes(32).toString("base64url") };
  const next = { active: "local-new", keys: { ...ring.keys, ...added } };
  writeFileSync(file, JSON.stringify(next));
  keys = createLocalKeyWrapper(file);
}
const run = () => rewrapSecrets({ ...deps, keys });

test("after a rotation every secret is under the new key, with the same ciphertext, and opens", async () => {
  const before = await sealedOf("sip_one");
  rotate();
  expect(await run()).toEqual({ rewrapped: 2, failed: 0 });
  const after = await sealedOf("sip_one");
  expect(after.kid).toBe("local-new");
  const { kid: _k, alg: _a, wrapped: _w, ...body } = before;
  expect(after).toMatchObject(body);
  expect(await open(after, placeOf("sip_one"), keys)).toBe("secret of sip_one");
});

test("when the old key is retired after the run, the secrets still open", async () => {
  rotate();
  await run();
  const ring = Ring.parse(JSON.parse(readFileSync(file, "utf8")));
  const kept = { active: "local-new", keys: { "local-new": ring.keys["local-new"] } };
  writeFileSync(file, JSON.stringify(kept));
  const later = createLocalKeyWrapper(file);
  for (const id of ["sip_one", "sip_two"])
    expect(await open(await sealedOf(id), placeOf(id), later)).toBe(`secret of ${id}`);
});

// Without it the tenant could sign no bundle any more, and every one it had signed would name a key that it lost.
test("the key that signs a tenant's bundles follows, too, and opens when the old key is retired", async () => {
  const place = { tenant_id: TENANT, subject_id: "evidence-key", field: "private_key" };
  const id = "evidence-key";
  const record: EvidenceKeyRecord = {
    id,
    type: id,
    tenant_id: TENANT,
    kid: "signer",
    public_key: "public part",
    private_key: await seal("private part", place, keys, randomBytes),
    created_at: deps.clock.now().toISOString(),
  };
  await createEvidenceKey(deps.documents, record);
  rotate();
  expect(await run()).toEqual({ rewrapped: 3, failed: 0 });
  const ring = Ring.parse(JSON.parse(readFileSync(file, "utf8")));
  const kept = { active: "local-new", keys: { "local-new": ring.keys["local-new"] } };
  writeFileSync(file, JSON.stringify(kept));
  const after = await readEvidenceKey(deps.documents, TENANT);
  const { private_key: sealed, ...rest } = after ?? record;
  expect(await open(sealed, place, createLocalKeyWrapper(file))).toBe("private part");
  const { private_key: _, ...before } = record;
  expect(rest).toEqual(before);
  expect(await run()).toEqual({ rewrapped: 0, failed: 0 });
});

test("without a rotation, and in a second run, nothing is written", async () => {
  const before = await providers.read(deps.documents, TENANT, "sip_one");
  expect(await run()).toEqual({ rewrapped: 0, failed: 0 });
  expect((await providers.read(deps.documents, TENANT, "sip_one"))?.etag).toBe(before?.etag);
  rotate();
  await run();
  expect(await run()).toEqual({ rewrapped: 0, failed: 0 });
});

// One secret that is lost must not keep the others under a key that is about to be retired.
test("a secret whose key is gone stays as it is, is counted, and holds nobody up", async () => {
  const lost: SealedSecret = { ...(await sealedOf("sip_one")), kid: "gone" };
  const stored = await providers.read(deps.documents, TENANT, "sip_one");
  if (stored === undefined) throw new Error("The provider is stored.");
  await providers.replaceSecret(deps.documents, stored, lost);
  rotate();
  expect(await run()).toEqual({ rewrapped: 1, failed: 1 });
  expect(await sealedOf("sip_one")).toEqual(lost);
  expect((await sealedOf("sip_two")).kid).toBe("local-new");
  expect(deps.log.lines).toContainEqual(
    expect.objectContaining({ level: "error", event: "secret.rewrap-failed" }),
  );
});

// A new secret that was entered meanwhile must not be replaced by the old one.
test("a provider that changes during the run keeps its change", async () => {
  rotate();
  const fresh = await seal("fresh", placeOf("sip_one"), keys, randomBytes);
  const racing: KeyWrapper = {
    wrap: (key) => keys.wrap(key),
    unwrap: async (key) => {
      const stored = await providers.read(deps.documents, TENANT, "sip_one");
      if (stored !== undefined) await providers.replaceSecret(deps.documents, stored, fresh);
      return keys.unwrap(key);
    },
  };
  await rewrapSecrets({ ...deps, keys: racing });
  expect(await open(await sealedOf("sip_one"), placeOf("sip_one"), keys)).toBe("fresh");
});

// A webhook whose secrets stay behind is silent from the day on which the old key is destroyed.
test("addresses and secrets of webhooks and of people's chats follow, too", async () => {
  const needs = { ...deps, keys };
  const { webhook, secret } = await aWebhook(needs);
  await rotateWebhook(needs, aPrincipal("admin"), webhook.id, 24);
  const slack_url = "https://hooks.slack.com/services/T0/B0/ana";
  const teams_url = "https://prod.logic.azure.com/workflows/ana";
  const chats = { channels: { slack: true, teams: true }, slack_url, teams_url };
  await savePreferences(needs, aPrincipal("viewer"), chats, undefined);
  rotate();
  // A person's two addresses stand in one record: the second one follows in the next run.
  await run();
  await run();
  const ring = Ring.parse(JSON.parse(readFileSync(file, "utf8")));
  const kept = { active: "local-new", keys: { "local-new": ring.keys["local-new"] } };
  writeFileSync(file, JSON.stringify(kept));
  const later = { ...deps, keys: createLocalKeyWrapper(file) };
  await tell(later);
  await deliverDue(later);
  const sent = deps.channels.sent.map(({ to, secrets }) => `${to} ${secrets.length}`);
  expect(sent.toSorted()).toEqual([
    "https://hooks.example.com/soar?key=s3cr3t 2",
    `${slack_url} 0`,
    `${teams_url} 0`,
  ]);
  expect(deps.channels.sent.flatMap(({ secrets }) => secrets)).toContain(secret);
});
