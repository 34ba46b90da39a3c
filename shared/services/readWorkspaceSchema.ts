/** Reads the names a query may use on a provider's workspace: tables with their columns, and functions. */
import { notFound } from "../domain/errors.ts";
import { functionsOf } from "../kql/functions.ts";
import type { Deps } from "../ports/deps.ts";
import * as providers from "../repositories/providers.ts";
import type { KqlSchemaReply } from "../schemas/hunting.ts";
import type { KqlType } from "../schemas/kql.ts";
import type { Principal } from "../schemas/principal.ts";

/**
 * Tables and functions by name, columns in the workspace's order.
 * @throws AppError `not-found` when the provider is not the tenant's; what Siem.schema throws.
 */
export async function readWorkspaceSchema(
  deps: Pick<Deps, "documents" | "siem">,
  { tenant_id }: Pick<Principal, "tenant_id">,
  name: string | undefined,
): Promise<KqlSchemaReply> {
  const provider = await providers.find(deps.documents, tenant_id, name);
  if (provider === undefined) throw notFound("provider");
  const schema = await deps.siem.schema(provider);
  return {
    tables: Object.entries(schema)
      .map(([table, columns]) => ({ name: table, columns: columnsOf(columns) }))
      .toSorted(byName),
    functions: [...functionsOf(schema).values()]
      .map(({ name: called, parameters }) => ({
        name: called,
        signature: `${called}(${parameters})`,
      }))
      .toSorted(byName),
  };
}

const columnsOf = (columns: Readonly<Record<string, KqlType>>) =>
  Object.entries(columns).map(([name, type]) => ({ name, type }));

/** By code unit, so that the order is the same on every machine. */
const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : Number(a.name > b.name);
