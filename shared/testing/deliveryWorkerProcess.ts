/** A process that delivers from one SQLite file for ever: made to be killed. */
import { deliveringDeps, runDeliveries } from "./deliveryWorker.ts";

const [file = ""] = process.argv.slice(2);
await runDeliveries(deliveringDeps(file), new AbortController().signal);
