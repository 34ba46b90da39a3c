/** The local run: the whole product on one machine, with simulated tenants, its own issuer and its own controls. */
import { run } from "./run.ts";
import { CannotStart } from "./options.ts";

/** Starts and stays up until SIGINT or SIGTERM. An expected failure is one sentence and exit code 1. */
export async function main(): Promise<void> {
  try {
    const running = await run(process.env);
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      void running.stop().finally(() => process.exit(0));
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    // Said last: whoever waits for this line may ask for the end at once.
    console.log(`SoCMate is ready: ${running.url}`);
  } catch (error) {
    console.error(sentence(error));
    process.exit(1);
  }
}

function sentence(error: unknown): string {
  if (error instanceof CannotStart) return error.message;
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return `Port ${process.env["PORT"] ?? "7071"} is taken; set PORT to another one, or to 0 for any.`;
  }
  return `SoCMate could not start: ${error instanceof Error ? error.message : String(error)}`;
}
