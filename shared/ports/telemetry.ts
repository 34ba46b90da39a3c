/** What the program tells of its own work: spans and figures. Names and ids only: the closed list of attributes leaves no place for content. */

/** Everything that may stand on a span or a figure. No entity, title, row, query, prompt, key or address is among it. */
export interface Attributes {
  function?: string;
  queue?: string;
  tenant_id?: string;
  provider_id?: string;
  outcome?: string;
  verdict?: string;
  driver?: string;
  channel?: string;
  state?: string;
  row_count?: number;
  "error.type"?: string;
  "http.request.method"?: string;
  "http.route"?: string;
  "http.response.status_code"?: number;
  "messaging.operation.name"?: string;
  "gen_ai.operation.name"?: string;
  "gen_ai.request.model"?: string;
  "gen_ai.usage.input_tokens"?: number;
  "gen_ai.usage.output_tokens"?: number;
}

export interface SpanStart {
  /** Low in variety, e.g. `process investigations`. */
  name: string;
  kind: "server" | "client" | "consumer" | "internal";
  attributes?: Attributes;
  /** W3C `traceparent` of the work that caused this one; left out: the span that is running, if there is one. */
  parent?: string | undefined;
}

/** Counted since the start of the process. */
export type Counter = "socmate.verdicts" | "socmate.deliveries" | "socmate.work";
/** As it stands at this moment: seconds, and messages. */
export type Gauge = "socmate.sync.age" | "socmate.queue.depth";

/** Nothing here ever fails or holds up the work that it tells of. */
export interface Telemetry {
  /** Runs the work inside a span. A failure is told by its code alone, and thrown on. */
  span<T>(start: SpanStart, work: (note: (found: Attributes) => void) => Promise<T>): Promise<T>;
  /** `traceparent` of the span that is running; `undefined` outside of one. */
  traceparent(): string | undefined;
  count(counter: Counter, attributes: Attributes): void;
  gauge(gauge: Gauge, value: number, attributes: Attributes): void;
  /** Sends what waits; a process that is about to be frozen would lose it. At most two seconds. */
  flush(): Promise<void>;
}
