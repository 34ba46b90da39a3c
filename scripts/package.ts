/** `npm run package`: makes dist/app and says how large it is. */
import { globSync, statSync } from "node:fs";
import path from "node:path";

import { packageApp } from "./packageApp.ts";

const root = path.resolve(import.meta.dirname, "..");
const out = path.join(root, "dist", "app");
await packageApp(root, out);
const files = globSync("**/*", { cwd: out }).map((file) => statSync(path.join(out, file)));
const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
console.log(`dist/app is ready: ${files.length} files, ${(bytes / 1024 / 1024).toFixed(1)} MB.`);
