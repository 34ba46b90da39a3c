/** Makes the deployable app: one bundled entry, host.json, and only those packages that cannot be bundled. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { build, type Metafile, type Plugin } from "esbuild";
import { z } from "zod";

import { bundledPackages, thirdPartyNotices } from "./thirdPartyNotices.ts";

/** The parser is two scripts that share globals: it must stay as its package has it. Only these files are needed. */
const KUSTO = "@kusto/language-service-next";
const KUSTO_FILES = ["package.json", "bridge.min.js", "Kusto.Language.Bridge.min.js"];

/** Exists only inside the Functions worker, which answers the library's one `require` of it. */
const WORKER_CORE = "@azure/functions-core";

const Manifest = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** The embedded adapters belong to the local run; the deployed app refuses to look for them. */
const withoutEmbeddedParts: Plugin = {
  name: "without-embedded-parts",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\/embedded\.ts$/ }, () => ({
      path: "absent",
      namespace: "absent",
    }));
    pluginBuild.onLoad({ filter: /.*/, namespace: "absent" }, () => ({
      contents:
        'export function embeddedDeps() { throw new Error("AUTH_MODE=local is refused: this is the deployed app, set AUTH_MODE=entra."); }',
    }));
  },
};

/** Error texts are English: the fifty other languages of the schema library would only cost start-up time. */
const withoutForeignLocales: Plugin = {
  name: "without-foreign-locales",
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};

/** Some dependencies are CommonJS inside and call require for Node's own modules. */
const REQUIRE_BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/**
 * Bundles entries, named by their output, into `out` as `<name>.mjs`; what is imported lazily becomes a chunk.
 * @returns what went into which file.
 */
export async function bundle(
  root: string,
  entryPoints: Record<string, string>,
  out: string,
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: out,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    // The older of the two Node versions that the platform offers.
    target: "node22",
    // Names stay, so that a stack trace reads well; blanks would only be read at each cold start.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
    // The notices stand in THIRD-PARTY-NOTICES.txt, whole.
    legalComments: "none",
    external: [WORKER_CORE, KUSTO],
    banner: { js: REQUIRE_BANNER },
    plugins: [withoutEmbeddedParts, withoutForeignLocales],
    logLevel: "warning",
  });
  return metafile;
}

/** Writes the app into `out`, which is emptied first. */
export async function packageApp(root: string, out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const entries = {
    index: "functions/index.ts",
    // A thread of its own; shared/app.ts looks for it beside the entry.
    analyserWorker: "shared/kql/analyserWorker.ts",
  };
  const metafile = await bundle(root, entries, out);
  for (const file of KUSTO_FILES) {
    cpSync(
      path.join(root, "node_modules", KUSTO, file),
      path.join(out, "node_modules", KUSTO, file),
    );
  }
  for (const file of ["host.json", "LICENSE"]) cpSync(path.join(root, file), path.join(out, file));
  const inside = [...bundledPackages(metafile), `node_modules/${KUSTO}`];
  writeFileSync(path.join(out, "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices(root, inside));
  writeFileSync(
    path.join(out, "package.json"),
    `${JSON.stringify(manifest(root), undefined, 2)}\n`,
  );
}

/** What the Functions worker reads: where the entry is, and that it is an ES module. */
function manifest(root: string) {
  const ours = Manifest.parse(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")));
  return {
    name: "socmate-app",
    version: ours.version,
    private: true,
    license: "MIT",
    type: "module",
    main: "index.mjs",
    engines: { node: ">=22" },
    dependencies: { [KUSTO]: ours.dependencies[KUSTO] },
  };
}
