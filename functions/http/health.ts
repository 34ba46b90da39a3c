/** Whether the program works. Anybody may ask, so the answer is remembered for a while and costs little. */
import { type PublicEndpoint, publicEndpoint } from "../kit/endpoint.ts";

type Deps = Parameters<PublicEndpoint["handle"]>[0]["deps"];

interface Health {
  status: "ready" | "live";
  checks: { store: boolean; queues: boolean };
}

const REMEMBERED_MS = 10_000;
const PATIENCE_MS = 5_000;

/** The last answer per program; while it is being found out, everybody waits for the same one. */
const answers = new WeakMap<Deps, { at: number; health: Promise<Health> }>();

/** Live means that this answer came; ready means that the store and the queues answer too. */
export const healthGet = publicEndpoint({
  name: "health-get",
  method: "GET",
  route: "health",
  permission: "public",
  summary: "Whether the program is live and its store and queues answer; at most ten seconds old.",
  async handle({ deps }) {
    const now = deps.clock.now().getTime();
    let known = answers.get(deps);
    if (known === undefined || now - known.at >= REMEMBERED_MS) {
      known = { at: now, health: examine(deps) };
      answers.set(deps, known);
    }
    return { status: 200, body: await known.health };
  },
});

async function examine({ documents, queue }: Deps): Promise<Health> {
  const [store, queues] = await Promise.all([
    doesAnswer(documents.read("control", ["health"], "health")),
    doesAnswer(queue.deadLetters("notifications", 1)),
  ]);
  return { status: store && queues ? "ready" : "live", checks: { store, queues } };
}

async function doesAnswer(call: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const answered = call.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
