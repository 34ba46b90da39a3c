/** Tells whether anything was written to a database since somebody last looked. */
import type { DatabaseSync } from "node:sqlite";

/** A function whose answer changes with every write to the file by another connection. */
export function foreignVersion(database: DatabaseSync): () => string {
  const otherConnections = database.prepare("PRAGMA data_version");
  return () => String(otherConnections.get()?.["data_version"]);
}
