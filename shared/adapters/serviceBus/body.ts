/** Bodies on the wire: the UTF-8 bytes of their JSON, which is also what a Functions trigger expects. */
import { Json } from "../../schemas/json.ts";

export const JSON_CONTENT_TYPE = "application/json";

export const encodeBody = (body: Json): Buffer => Buffer.from(JSON.stringify(body), "utf8");

/** The receivers leave bodies undecoded, because the SDK's guess turns broken JSON into bytes without a word. */
export function parseBody(body: unknown): Json {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : String(body);
  return Json.parse(JSON.parse(text));
}
