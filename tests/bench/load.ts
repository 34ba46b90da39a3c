/** Requests over a few connections that stay open, as a page or an integration sends them. */
import { Agent, get } from "node:http";
import { performance } from "node:perf_hooks";

export interface Target {
  /** The address of the next request: always the same one, or another each time. */
  nextUrl(): string;
  headers: Record<string, string>;
  /** Every answer must be of this length; `undefined` where the addresses differ. */
  bytes: number | undefined;
}

/** Requests per second over `ms`, with `connections` in flight at any time. @throws Error when an answer is another. */
export async function requestsPerSecond(
  target: Target,
  { connections, ms }: { connections: number; ms: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const started = performance.now();
  let answered = 0;
  const oneAfterAnother = async (): Promise<void> => {
    while (performance.now() - started < ms) {
      const url = target.nextUrl();
      const { status, bytes } = await ask(url, target.headers, agent);
      if (status !== 200 || bytes !== (target.bytes ?? bytes)) {
        throw new Error(`${url} answered ${status} with ${bytes} bytes`);
      }
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, oneAfterAnother));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return answered / seconds;
}

async function ask(url: string, headers: Target["headers"], agent: Agent) {
  return new Promise<{ status: number | undefined; bytes: number }>((resolve, reject) => {
    const request = get(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.once("end", () => resolve({ status: response.statusCode, bytes }));
      response.once("error", reject);
    });
    request.once("error", reject);
  });
}
