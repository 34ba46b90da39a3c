/** `npm run infra`: writes infra/containers.json anew after a change of shared/ports/containers.json. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { cosmosContainers } from "./cosmosContainers.ts";

const file = path.resolve(import.meta.dirname, "..", "infra", "containers.json");
writeFileSync(file, cosmosContainers());
console.log(`${file} is written.`);
