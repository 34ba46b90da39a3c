/** A receiver of posts on loopback for tests: keeps what came, answers as the test says. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";

import { z } from "zod";

export interface ReceivedPost {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface LoopbackReceiver {
  url: string;
  posts: ReceivedPost[];
  /** What it answers from now on; 200 until told. */
  answer: (response: ServerResponse, post: ReceivedPost) => void;
  close(): Promise<void>;
}

const Address = z.object({ port: z.int() });

export async function startReceiver(): Promise<LoopbackReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const post = { path: request.url ?? "", headers: request.headers, body };
      receiver.posts.push(post);
      receiver.answer(response, post);
    });
  });
  const receiver: LoopbackReceiver = {
    url: "",
    posts: [],
    answer: (response) => response.end("ok"),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  receiver.url = `http://127.0.0.1:${Address.parse(server.address()).port}`;
  return receiver;
}
