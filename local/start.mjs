/** What `npm start` runs: refuses a Node that is too old in one sentence, then starts the product. */
const NEEDED = 24;

if (Number(process.versions.node.split(".")[0]) < NEEDED) {
  console.error(
    `SoCMate needs Node ${NEEDED} and this is ${process.versions.node}. Run it with "npm start" after "npm ci", ` +
      `which brings Node ${NEEDED} along; if your platform has none, install Node ${NEEDED} from nodejs.org.`,
  );
  process.exit(1);
}

if (process.argv.includes("--watch")) {
  const { main } = await import("./dev.ts");
  await main();
} else {
  const { main } = await import("./start.ts");
  await main();
}
