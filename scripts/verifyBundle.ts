/**
 * `npm run verify-bundle FILE [KEYS]` checks an evidence bundle with no server. KEYS is a saved
 * /api/.well-known/evidence-keys.json; without it the bundle's own key is believed, and its id is printed to compare.
 * Checked are every field against its hash, the signature, rows, chain and claims, and the whole report against the rows.
 * Exit code 1 names each field that was changed; 2: the files cannot be read.
 */
import { readFileSync } from "node:fs";

import { bundleFaults, evidenceFaults } from "../shared/domain/evidenceBundle.ts";
import { reportFaults } from "../shared/investigation/bundleCheck.ts";
import { EvidenceBundle, EvidenceKeys } from "../shared/schemas/evidenceBundle.ts";
import { Json } from "../shared/schemas/json.ts";

const [file, keysFile] = process.argv.slice(2);
if (file === undefined) {
  console.error("Usage: npm run verify-bundle FILE [KEYS]");
  process.exit(2);
}

/** Ends the program when there is no JSON to check. */
function readJson(path: string): Json {
  try {
    return Json.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    console.error(`${path} cannot be read: ${error instanceof Error ? error.message : "no JSON"}`);
    return process.exit(2);
  }
}

/** The ids of the keys that the file names. */
function keyIds(path: string): Set<string> {
  const { data } = EvidenceKeys.safeParse(readJson(path));
  if (data !== undefined) return new Set(data.keys.map(({ kid }) => kid));
  console.error(`${path} holds no keys: save /api/.well-known/evidence-keys.json.`);
  return process.exit(2);
}

const trusted = keysFile === undefined ? undefined : keyIds(keysFile);
const json = readJson(file);
const faults = bundleFaults(json, trusted);
const bundle = EvidenceBundle.safeParse(json);
if (bundle.success) {
  const { content } = bundle.data;
  const named = new Set(faults.map(({ pointer }) => pointer));
  for (const fault of [...evidenceFaults(content), ...reportFaults(content)]) {
    if (!named.has(fault.pointer)) faults.push(fault);
    named.add(fault.pointer);
  }
} else if (faults.length === 0) {
  faults.push({ pointer: "", detail: "Is no evidence bundle of this version." });
}
for (const { pointer, detail } of faults) console.log(`CHANGED ${pointer}: ${detail}`);
if (faults.length > 0) process.exitCode = 1;
else console.log(`OK, signed by ${bundle.data?.signature.kid ?? ""}`);
