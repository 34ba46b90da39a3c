/** A Service Bus namespace on loopback for tests: enough AMQP 1.0 for the real SDK without sessions. */
import type { AddressInfo, Server, Socket } from "node:net";

import rhea, { type Connection, type Container, type EventContext } from "rhea";
import { z } from "zod";

import { readTransfer } from "./amqpMessages.ts";
import { BrokerQueue, type BrokerSettings } from "./brokerQueue.ts";
import { Links } from "./links.ts";
import { manage, type ManagementReply } from "./management.ts";
import { handleSettlements } from "./settlement.ts";

export interface ServiceBusPeer {
  connectionString: string;
  now(): number;
  /** Moves the broker's time: locks end, scheduled messages become available. */
  advance(ms: number): void;
  /** Cuts every TCP connection. Clients may connect again. */
  dropConnections(): void;
  /** While true, every token is refused. */
  refuseTokens(refuse: boolean): void;
  close(): Promise<void>;
}

const Request = z.looseObject({
  message_id: z.union([z.string(), z.number(), z.instanceof(Buffer)]),
  reply_to: z.string(),
  application_properties: z.looseObject({ operation: z.string() }),
  body: z.unknown().optional(),
});

/** Starts a namespace with these queues, empty, on a free port. */
export async function startServiceBusPeer(
  names: readonly string[],
  settings: BrokerSettings,
): Promise<ServiceBusPeer> {
  let nowMs = Date.parse("2026-03-01T09:00:00Z");
  let refusesTokens = false;
  const now = (): number => nowMs;
  const queues = new Map(names.map((name) => [name, new BrokerQueue(name, settings, now)]));

  const container = rhea.create_container({ id: "service-bus-peer" });
  container.sasl_server_mechanisms.enable_anonymous();
  const links = new Links(container, (address) => findQueue(queues, address), now);
  handleSettlements(container, ({ sender }) => {
    const node = links.nodeOf(sender);
    return node?.kind === "queue" ? node.queue : undefined;
  });
  // Broken connections are part of the tests.
  for (const event of ["disconnected", "connection_error", "session_error", "protocol_error"]) {
    container.on(event, () => undefined);
  }

  container.on("message", (context: EventContext) => {
    const { connection, delivery, message, receiver } = context;
    const node = links.nodeOf(receiver);
    if (node === undefined || delivery === undefined || receiver === undefined) return;
    if (node.kind === "queue") {
      for (const sent of readTransfer(message, delivery.format)) node.queue.enqueue(sent);
    } else {
      const request = Request.parse(message);
      const { operation } = request.application_properties;
      const cbsReply = refusesTokens ? TOKEN_REFUSED : { status: 202 };
      const answer =
        node.kind === "cbs" ? cbsReply : manage(node.queue, operation, request.body, nowMs);
      reply(links, connection, request, answer);
    }
    delivery.accept();
    receiver.add_credit(1);
  });

  const { server, sockets } = await listen(container);
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    connectionString: connectionString(server.address()),
    now,
    advance(ms) {
      nowMs += ms;
      for (const queue of queues.values()) queue.notify();
    },
    dropConnections,
    refuseTokens(refuse) {
      refusesTokens = refuse;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}

async function listen(container: Container): Promise<{ server: Server; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const receiverOptions = { max_message_size: 262_144, credit_window: 0, autoaccept: false };
  const settling = { autosettle: false, treat_modified_as_released: false };
  const server = container.listen({
    port: 0,
    host: "127.0.0.1",
    max_frame_size: 65_536,
    idle_time_out: 60_000,
    sender_options: { snd_settle_mode: 0, rcv_settle_mode: 1, ...settling },
    receiver_options: receiverOptions,
  });
  server.on("connection", (socket: Socket) => {
    // Small frames go out at once instead of waiting for more.
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.once("listening", resolve));
  return { server, sockets };
}

const TOKEN_REFUSED: ManagementReply = {
  status: 401,
  condition: "amqp:unauthorized-access",
  description: "The token is not accepted.",
};

/** Addresses are the queue's name, or that and `/$DeadLetterQueue`, in any case. */
function findQueue(
  queues: ReadonlyMap<string, BrokerQueue>,
  address: string,
): BrokerQueue | undefined {
  const [name = "", subQueue] = address.toLowerCase().split("/");
  const queue = queues.get(name);
  return subQueue === "$deadletterqueue" ? queue?.deadLetters : queue;
}

function reply(
  links: Links,
  connection: Connection,
  request: z.infer<typeof Request>,
  { status, body, condition, description }: ManagementReply,
): void {
  const { types } = rhea;
  links.replyLink(connection, request.reply_to)?.send({
    correlation_id: request.message_id,
    // Management and token exchange spell the same fields differently.
    application_properties: {
      statusCode: types.wrap_int(status),
      "status-code": types.wrap_int(status),
      "status-description": description ?? "OK",
      ...(condition && { errorCondition: condition, "error-condition": condition }),
    },
    body: body ?? {},
  });
}

/** `UseDevelopmentEmulator` makes the SDK speak AMQP over plain TCP. */
function connectionString(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string") throw new Error("The peer has no port.");
  const fields = [
    `Endpoint=sb://127.0.0.1:${address.port}`,
    "SharedAccessKeyName=test",
    "SharedAccessKey=test",
    "UseDevelopmentEmulator=true",
  ];
  return fields.join(";");
}
