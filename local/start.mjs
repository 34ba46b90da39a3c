/** What `npm start` runs: refuses a Node that is too old in one sentence, then starts the product. */
import module from "node:module";
import path from "node:path";

const NEEDED = 24;
/** What was translated and compiled once is kept for the next start, and for the threads of this one. */
const COMPILED = path.join(import.meta.dirname ?? ".", "..", "node_modules", ".cache", "compiled");

if (Number(process.versions.node.split(".")[0]) < NEEDED) {
  console.error(
    `SoCMate needs Node ${NEEDED} and this is ${process.versions.node}. Run it with "npm start" after "npm ci", ` +
      `which brings Node ${NEEDED} along; if your platform has none, install Node ${NEEDED} from nodejs.org.`,
  );
  process.exit(1);
}

process.env.NODE_COMPILE_CACHE ??= COMPILED;
// Where the folder cannot be written, the start takes a second longer.
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

if (process.argv.includes("--watch")) {
  const { main } = await import("./dev.ts");
  await main();
} else {
  const { main } = await import("./start.ts");
  await main();
}
