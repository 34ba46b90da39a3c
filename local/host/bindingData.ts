/**
 * The data that the host hands over beside a streamed request, from which the library makes `request.params` and
 * `request.headers`. Recorded oddities are kept on purpose, because code that is safe here must be safe there: query
 * keys and top-level scalars of a JSON body become params, and a key `Headers` replaces the headers.
 */
import type { RpcData } from "./library.ts";
import { decodeQueryPart } from "./requestTarget.ts";

export interface BindingSource {
  /** With its question mark, or empty. */
  query: string;
  /** Undefined when the body is not read before the function starts. */
  body: Buffer | undefined;
  params: Readonly<Record<string, string>>;
  /** Names of all route parameters: one that is absent hides a query key of its name. */
  names: readonly string[];
  headers: Readonly<Record<string, string>>;
}

/** Keys differ by more than case: the first spelling stays, the last value wins. */
class CaselessData {
  readonly #entries = new Map<string, { name: string; data: RpcData }>();

  set(name: string, data: RpcData): void {
    const known = this.#entries.get(name.toLowerCase());
    this.#entries.set(name.toLowerCase(), { name: known?.name ?? name, data });
  }

  rename(name: string, data: RpcData): void {
    this.#entries.set(name.toLowerCase(), { name, data });
  }

  delete(name: string): void {
    this.#entries.delete(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  toObject(): Record<string, RpcData> {
    return Object.fromEntries([...this.#entries.values()].map(({ name, data }) => [name, data]));
  }
}

export function bindingData(source: BindingSource): Record<string, RpcData> {
  if (source.query.length < 2 && (source.body === undefined || source.body.length === 0))
    return plainData(source);
  const data = new CaselessData();
  for (const [name, value] of queryPairs(source.query)) {
    // The key of a function (`?code=`) is for the host; `Query` is the name of the host's own entry.
    if (!/^(?:code|query)$/i.test(name)) data.rename(name, { string: value });
  }
  for (const [name, value] of bodyScalars(source.body)) data.set(name, value);
  for (const name of source.names) {
    const value = source.params[name];
    if (value === undefined) data.delete(name);
    else data.set(name, { string: value });
  }
  if (!data.has("Headers")) data.set("Headers", { json: JSON.stringify(source.headers) });
  return data.toObject();
}

function plainData(source: BindingSource): Record<string, RpcData> {
  const data: Record<string, RpcData> = { Headers: { json: JSON.stringify(source.headers) } };
  for (const [name, value] of Object.entries(source.params)) data[name] = { string: value };
  return data;
}

function* queryPairs(query: string): Generator<[string, string]> {
  for (const pair of query.slice(1).split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    yield [decodeQueryPart(name), equals < 0 ? "" : decodeQueryPart(pair.slice(equals + 1))];
  }
}

const OPENING_BRACE = 0x7b;

function* bodyScalars(body: Buffer | undefined): Generator<[string, RpcData]> {
  for (const [name, value] of Object.entries(parseObject(body))) {
    if (/^headers$/i.test(name) && typeof value === "object" && value !== null)
      yield [name, { json: JSON.stringify(value) }];
    else if (typeof value === "string" || typeof value === "number")
      yield [name, { string: String(value) }];
    else if (typeof value === "boolean") yield [name, { string: value ? "True" : "False" }];
  }
}

/** Empty for anything but a JSON object. Whether it says that it is JSON does not matter to the real host. */
function parseObject(body: Buffer | undefined): object {
  // Most other bodies are told apart by their first byte.
  if (body === undefined || body.length === 0 || (body[0] ?? 0) > OPENING_BRACE) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
