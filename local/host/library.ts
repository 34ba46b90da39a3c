/** The part of the `@azure/functions` library that the host calls, and its streaming proxy without the network hop. */
import { Server as HttpServer } from "node:http";
import { Server as NetServer } from "node:net";

export interface Binding {
  type: string;
  direction: string;
  [property: string]: unknown;
}

export interface FunctionMetadata {
  name: string;
  functionId?: string;
  bindings: Record<string, Binding>;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export type LogLevel =
  | "trace"
  | "debug"
  | "information"
  | "warning"
  | "error"
  | "critical"
  | "none";

/** A value on its way into or out of a function, as the host's protocol writes it. */
export interface RpcData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: RpcHttp;
}

/** Request (input) or response (output) of a function when streaming is off. */
export interface RpcHttp {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, { value: string }>;
  nullableParams?: Record<string, { value: string }>;
  nullableQuery?: Record<string, { value: string }>;
  body?: RpcData | undefined;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: RpcCookie[];
}

export interface RpcCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value?: { seconds: number } };
  maxAge?: { value: number };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite: "none" | "lax" | "strict" | "explicitNone";
}

export interface CoreInvocationContext {
  invocationId: string;
  state: string | undefined;
  metadata: FunctionMetadata;
  request: {
    invocationId: string;
    functionId: string;
    inputData: { name: string; data: RpcData }[];
    triggerMetadata: Record<string, RpcData>;
    traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> };
  };
  log(level: LogLevel, category: string, message: string): void;
}

export interface InvocationResponse {
  returnValue?: RpcData | null;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(given: Record<string, string>): Promise<Record<string, string>>;
}

let proxy: Promise<HttpServer | undefined> | undefined;

/**
 * The server on which the library waits for streamed requests; undefined when the app left streaming off.
 *
 * The library would listen on all interfaces of the machine and never close. Here its server never listens: the host
 * hands it each request as the `request` event that a connection would have caused. No port, no copy, no second
 * parse. The library makes one server per process, so the answer is kept.
 */
export function streamingProxy(model: ProgrammingModel): Promise<HttpServer | undefined> {
  proxy ??= captureProxy(model);
  return proxy;
}

async function captureProxy(model: ProgrammingModel): Promise<HttpServer | undefined> {
  let captured: HttpServer | undefined;
  const listen = Object.getOwnPropertyDescriptor(NetServer.prototype, "listen");
  if (listen === undefined) throw new Error("This Node version has no net.Server.listen.");
  Object.defineProperty(NetServer.prototype, "listen", {
    ...listen,
    value: function captureInstead(this: NetServer, onListening: () => void): NetServer {
      if (!(this instanceof HttpServer))
        throw new Error("The library opened an unexpected server.");
      captured = Object.assign(this, {
        address: () => ({ address: "127.0.0.1", family: "IPv4", port: 1 }),
      });
      queueMicrotask(onListening);
      return this;
    },
  });
  // The library creates its server before its first await, so the patch is in place for one synchronous call only.
  const capabilities = (() => {
    try {
      return model.getCapabilities({});
    } finally {
      Object.defineProperty(NetServer.prototype, "listen", listen);
    }
  })();
  return "HttpUri" in (await capabilities) ? captured : undefined;
}
