/** Table of contents: every trigger of the app, and nothing else. */
import { createDeps } from "../shared/app.ts";
import { healthGet } from "./http/health.ts";
import { meGet } from "./http/me.ts";
import { register } from "./kit/register.ts";
import { appendAuditWorker } from "./queues/audit.ts";

register(await createDeps(), { endpoints: [healthGet, meGet], jobs: [], workers: [appendAuditWorker] });
