/** The tables a run may ask. */
import { AppError } from "../domain/errors.ts";
import { BUILT_IN_SCHEMA, withBuiltIn } from "../kql/schema.ts";
import type { Siem } from "../ports/siem.ts";
import type { WorkspaceSchema } from "../schemas/kql.ts";
import type { SiemProvider } from "../schemas/providers.ts";

/** Custom tables included; a workspace that does not describe itself now is taken to have the built-in tables. */
export async function workspaceSchema(
  siem: Pick<Siem, "schema">,
  provider: SiemProvider,
): Promise<WorkspaceSchema> {
  try {
    return withBuiltIn(await siem.schema(provider));
  } catch (error) {
    if (error instanceof AppError) return BUILT_IN_SCHEMA;
    throw error;
  }
}
