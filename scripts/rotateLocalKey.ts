/**
 * `node scripts/rotateLocalKey.ts [DATA_DIR]` gives the local run a new key for its secrets; the old ones stay in the
 * ring. Stored secrets move under it by themselves, at night. The product must not run: it reads the ring at its start.
 */
import { existsSync } from "node:fs";
import path from "node:path";

import { claim, release } from "../local/localState.ts";
import { addActiveKey } from "../shared/adapters/localKeys/keyRing.ts";

const dataDir = path.resolve(process.argv[2] ?? process.env["DATA_DIR"] ?? ".data");
try {
  const directory = path.join(dataDir, "local");
  if (!existsSync(directory)) throw new Error(`${dataDir} is no data folder of a local run.`);
  claim(directory, dataDir);
  try {
    const { active, before } = addActiveKey(path.join(dataDir, "keys.json"));
    console.log(`New secrets are wrapped by ${active}; ${before} stays to open the older ones.`);
  } finally {
    release();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
