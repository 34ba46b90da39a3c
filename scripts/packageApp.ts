/** Makes the deployable app: one bundled entry, host.json, and only those packages that cannot be bundled. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { build, type Plugin } from "esbuild";
import { z } from "zod";

/** The parser is two scripts that share globals: it must stay as its package has it. Only these files are needed. */
const KUSTO = "@kusto/language-service-next";
const KUSTO_FILES = ["package.json", "bridge.min.js", "Kusto.Language.Bridge.min.js"];

const Manifest = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** The embedded adapters belong to the local run; the deployed app refuses to look for them. */
const withoutEmbeddedParts: Plugin = {
  name: "without-embedded-parts",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\/embedded\.ts$/ }, () => ({
      path: "embedded",
      namespace: "absent",
    }));
    pluginBuild.onLoad({ filter: /.*/, namespace: "absent" }, () => ({
      contents:
        'export function embeddedDeps() { throw new Error("The embedded parts are not in the deployed app."); }',
    }));
  },
};

/** Some dependencies are CommonJS inside and call require for Node's own modules. */
const REQUIRE_BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** Writes the app into `out`, which is emptied first. */
export async function packageApp(root: string, out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      index: "functions/index.ts",
      analyserWorker: "shared/kql/analyserWorker.ts",
    },
    outdir: out,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    minifySyntax: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    external: ["@azure/functions-core", KUSTO],
    banner: { js: REQUIRE_BANNER },
    plugins: [withoutEmbeddedParts],
    logLevel: "warning",
  });
  const manifest = Manifest.parse(
    JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")),
  );
  for (const file of KUSTO_FILES) {
    cpSync(
      path.join(root, "node_modules", KUSTO, file),
      path.join(out, "node_modules", KUSTO, file),
    );
  }
  cpSync(path.join(root, "host.json"), path.join(out, "host.json"));
  cpSync(path.join(root, "LICENSE"), path.join(out, "LICENSE"));
  writeFileSync(
    path.join(out, "package.json"),
    `${JSON.stringify(
      {
        name: "socmate-app",
        version: manifest.version,
        private: true,
        type: "module",
        main: "index.mjs",
        dependencies: { [KUSTO]: manifest.dependencies[KUSTO] },
      },
      undefined,
      2,
    )}\n`,
  );
}
