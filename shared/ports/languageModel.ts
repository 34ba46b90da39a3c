/** A language model behind an endpoint that an administrator has set up. */
import type { ChatReply, ChatRequest } from "../schemas/modelExchanges.ts";
import type { ModelRecord } from "../schemas/models.ts";

export interface LanguageModel {
  /**
   * One exchange, with bounded retries inside. Where the endpoint knows no tools or no schema they are asked for in words, and
   * the reply is the same. The record's key is used as it is sealed now: a changed one holds from the next call.
   * @param timeoutMs for the exchange as a whole, retries included.
   * @throws AppError `model-rate-limited` (with `retryAfterSeconds` when the endpoint asked to wait longer than is waited
   *   here), `model-timeout`, `model-too-large` (the answer's bytes), `model-broken-off` (in the middle of an answer),
   *   `model-unavailable` (anything else, in words that an administrator can act on). A refusal or a content filter is a
   *   reply: see `finish`.
   */
  chat(model: ModelRecord, request: ChatRequest, timeoutMs: number): Promise<ChatReply>;
}
