import { publicEndpoint } from "../kit/endpoint.ts";

/** Live means that this answer came; ready means that the store and the queues answer too. */
export const healthGet = publicEndpoint({
  name: "health-get",
  method: "GET",
  route: "health",
  permission: "public",
  summary: "Whether the program is live and its store and queues answer.",
  async handle({ deps }) {
    const [store, queues] = await Promise.all([
      answers(() => deps.documents.read("control", ["health"], "health")),
      answers(() => deps.queue.counts("notifications")),
    ]);
    const ready = store && queues;
    const body = { status: ready ? "ready" : "live", checks: { store, queues } };
    return { status: 200, body };
  },
});

async function answers(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch {
    return false;
  }
}
