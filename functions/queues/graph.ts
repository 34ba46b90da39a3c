/** One message, one finished session that the search index and the knowledge graph learn from. */
import { GraphMessage } from "../../shared/schemas/messages.ts";
import { rememberSession } from "../../shared/services/rememberSession.ts";
import { worker } from "../kit/worker.ts";

export const rememberSessionWorker = worker({
  name: "remember-session",
  queue: "graph",
  message: GraphMessage,
  handle: rememberSession,
});
