/** Makes evidence bundles and checks them, with nothing but the file: hashes of each field, a chain, an Ed25519 signature. */
import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

import type { BundleContent, EvidenceBundle } from "../schemas/evidenceBundle.ts";
import { Json, JsonObject } from "../schemas/json.ts";
import type { Evidence } from "../schemas/sessions.ts";
import { canonicalJson, rowHash } from "./claims.ts";

/** What is wrong, and where: a JSON pointer into the bundle. */
export interface BundleFault {
  pointer: string;
  detail: string;
}

const FIELD_HASH_LENGTH = 16;
/** DER before the 32 bytes of an Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const hashOf = (value: Json): string => sha256(canonicalJson(value));

/** As the file holds it: without what is `undefined`. */
const asJson = (value: unknown): Json => Json.parse(JSON.parse(JSON.stringify(value)));

/** The 32 bytes of the public key, base64url. */
export const publicKeyText = (key: KeyObject): string =>
  key.export({ type: "spki", format: "der" }).subarray(SPKI_PREFIX.length).toString("base64url");

export const keyId = (publicKey: string): string =>
  createHash("sha256").update(Buffer.from(publicKey, "base64url")).digest("base64url");

/** One link for each piece of evidence, in its order: none can be left out, added or moved. */
export function chainOf(evidence: readonly Evidence[]): string[] {
  let link = "";
  return evidence.map((one) => (link = sha256(`${link}\n${canonicalJson(asJson(one))}`)));
}

export function signBundle(
  content: BundleContent,
  key: { privateKey: KeyObject; publicKey: string },
): EvidenceBundle {
  const json = asJson(content);
  const fields = fieldHashes(json);
  const head = {
    alg: "Ed25519",
    kid: keyId(key.publicKey),
    public_key: key.publicKey,
    content_hash: hashOf(json),
    fields_hash: hashOf(fields),
  } as const;
  const value = sign(undefined, Buffer.from(canonicalJson(head)), key.privateKey);
  return { content, fields, signature: { ...head, value: value.toString("base64url") } };
}

/**
 * Everything that is wrong with a bundle; empty when nothing is. Takes any JSON: a file may have been edited anywhere.
 * @param trusted ids of keys that count as the tenant's; left out, the bundle's own key is believed.
 */
export function bundleFaults(file: Json, trusted?: ReadonlySet<string>): BundleFault[] {
  const bundle = JsonObject.safeParse(file).data ?? {};
  const signature = JsonObject.safeParse(bundle["signature"]).data ?? {};
  const content = bundle["content"] ?? null;
  const known = ["content", "fields", "signature"];
  const faults: BundleFault[] = Object.keys(bundle)
    .filter((name) => !known.includes(name))
    .map((name) => ({ pointer: `/${name}`, detail: "A bundle has no such field." }));
  faults.push(...changedFields(content, bundle["fields"] ?? null));
  if (faults.length === 0 && signature["content_hash"] !== hashOf(content)) {
    faults.push({
      pointer: "/signature/content_hash",
      detail: "The content does not match its hash.",
    });
  }
  if (signature["fields_hash"] !== hashOf(bundle["fields"] ?? null)) {
    faults.push({
      pointer: "/signature/fields_hash",
      detail: "The fields do not match their hash.",
    });
  }
  faults.push(...signatureFaults(signature, trusted));
  return faults;
}

/** What of the rows and of their chain does not fit its hash, although the signature may be right. */
export function evidenceFaults({
  evidence,
  chain,
}: Pick<BundleContent, "evidence" | "chain">): BundleFault[] {
  const faults: BundleFault[] = [];
  evidence.forEach((one, i) =>
    one.rows.forEach(({ hash, values }, row) => {
      if (rowHash(one.columns, values) === hash) return;
      const pointer = `/content/evidence/${i}/rows/${row}`;
      faults.push({ pointer, detail: "The row does not match its hash." });
    }),
  );
  const expected = chainOf(evidence);
  const broken = expected.findIndex((link, i) => link !== chain[i]);
  if (broken !== -1 || chain.length !== expected.length) {
    const pointer = `/content/chain/${broken === -1 ? expected.length : broken}`;
    faults.push({ pointer, detail: "The chain of evidence is broken here." });
  }
  return faults;
}

function changedFields(content: Json, given: Json): BundleFault[] {
  const fields = JsonObject.safeParse(given).data ?? {};
  const actual = fieldHashes(content);
  const pointers = new Set([...Object.keys(actual), ...Object.keys(fields)]);
  return [...pointers]
    .filter((pointer) => actual[pointer] !== fields[pointer])
    .map((pointer) => ({
      pointer: `/content${pointer}`,
      detail:
        fields[pointer] === undefined
          ? "Was not there when the bundle was signed."
          : actual[pointer] === undefined
            ? "Is missing."
            : "Has another value than when the bundle was signed.",
    }));
}

const fault = (name: string, detail: string): BundleFault[] => [
  { pointer: `/signature/${name}`, detail },
];

function signatureFaults(signature: JsonObject, trusted: ReadonlySet<string> | undefined) {
  const { value, ...head } = signature;
  const publicKey = head["public_key"];
  if (head["alg"] !== "Ed25519") return fault("alg", "Only Ed25519 is known.");
  if (typeof publicKey !== "string") return fault("public_key", "Is missing.");
  if (head["kid"] !== keyId(publicKey)) return fault("kid", "The key has another id.");
  if (trusted !== undefined && !trusted.has(keyId(publicKey))) {
    return fault("kid", "Is none of the keys that are trusted.");
  }
  const isRight = typeof value === "string" && isSignedBy(publicKey, canonicalJson(head), value);
  return isRight
    ? []
    : fault("value", "The signature does not fit: it, or what it signs, changed.");
}

function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64url");
  // Base64 has spare bits and tolerates what does not belong: only the one spelling counts.
  if (bytes.toString("base64url") !== signature) return false;
  try {
    const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, "base64url")]);
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return verify(undefined, Buffer.from(text), key, bytes);
  } catch {
    return false;
  }
}

/** By JSON pointer (RFC 6901): every value that has no parts, and every empty list or object. */
function fieldHashes(value: Json, pointer = ""): Record<string, string> {
  const parts: [string, Json][] = Array.isArray(value)
    ? value.map((one, i) => [String(i), one])
    : typeof value === "object" && value !== null
      ? Object.entries(value)
      : [];
  if (parts.length === 0) {
    return { [pointer]: sha256(canonicalJson(value)).slice(0, FIELD_HASH_LENGTH) };
  }
  const hashes: Record<string, string> = {};
  for (const [name, part] of parts) {
    const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    Object.assign(hashes, fieldHashes(part, at));
  }
  return hashes;
}
