/** Where Defender went on with an incident that it merged into another one: Microsoft Graph says it, Sentinel's row need not. */
import type { TokenCredential } from "@azure/identity";
import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { Siem } from "../../ports/siem.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import { CLOUDS } from "./connectionClouds.ts";
import { askService } from "./connectionService.ts";
import { signIn, testCredential } from "./connectionSignIn.ts";
import { defenderIncidentQuery } from "./queries.ts";
import type { SentinelOptions, WorkspaceReader } from "./workspaceReader.ts";

const SERVICE = "Microsoft Graph";
const TIMEOUT_MS = 15_000;
/** An incident that took over may have been merged itself; Defender's chains are short. */
const HOPS_MAX = 5;

/** https://learn.microsoft.com/graph/api/resources/security-incident */
const GraphIncident = z.looseObject({
  redirectIncidentId: z.coerce.string().nullish(),
  incidentWebUrl: z.string().nullish(),
});
type GraphIncident = z.infer<typeof GraphIncident>;

/** @param reader finds the number that Sentinel gave the incident which took over. */
export function createMergeReader(
  options: SentinelOptions,
  reader: Pick<WorkspaceReader, "rows">,
): Siem["mergedInto"] {
  const ask = createAsk(options);
  return async (provider, sourceIncidentId, range) => {
    const seen = new Set([sourceIncidentId]);
    let current = await ask(provider, sourceIncidentId);
    let last: string | undefined;
    while (current !== undefined && seen.size <= HOPS_MAX) {
      const next = current.redirectIncidentId ?? undefined;
      if (next === undefined || next === "" || seen.has(next)) break;
      seen.add(next);
      last = next;
      current = await ask(provider, next);
    }
    if (last === undefined) return null;
    const [row] = await reader.rows(provider, defenderIncidentQuery(last), range);
    const number = z.int().nonnegative().safeParse(row?.["IncidentNumber"]);
    const address = current?.incidentWebUrl;
    return {
      number: number.success ? number.data : null,
      source_incident_id: last,
      // Only a web address becomes a link.
      url: address?.startsWith("https://") === true ? address : null,
    };
  };
}

/** One incident of Graph's; undefined when Defender does not know it. The sign-in is kept as long as the provider stays the same. */
function createAsk(options: SentinelOptions) {
  const credentials = new Map<string, { updatedAt: string; credential: TokenCredential }>();
  const credentialOf = async (provider: SiemProvider): Promise<TokenCredential> => {
    const key = `${provider.tenant_id}/${provider.id}`;
    const known = credentials.get(key);
    if (known?.updatedAt === provider.updated_at) return known.credential;
    const credential = await testCredential(options, provider);
    credentials.set(key, { updatedAt: provider.updated_at, credential });
    return credential;
  };
  return async (provider: SiemProvider, id: string): Promise<GraphIncident | undefined> => {
    const { graph } = CLOUDS[provider.cloud];
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
    const token = await signIn(await credentialOf(provider), provider, graph, abortSignal);
    const { status, body } = await askService({
      httpClient: options.httpClient,
      url: `${graph}/v1.0/security/incidents/${encodeURIComponent(id)}`,
      token,
      abortSignal,
      service: SERVICE,
    });
    if (status === 404) return undefined;
    if (status === 401) credentials.delete(`${provider.tenant_id}/${provider.id}`);
    if (status >= 300) throw refused(status);
    const read = GraphIncident.safeParse(body);
    if (read.success) return read.data;
    throw new AppError("siem-unavailable", `${SERVICE} sent an incident that cannot be read.`);
  };
}

const refused = (status: number): AppError =>
  new AppError(
    "siem-unavailable",
    status === 403
      ? `${SERVICE} denies access (403). Give the application the permission SecurityIncident.Read.All, and have an administrator grant consent.`
      : `${SERVICE} did not answer for an incident (${status}).`,
  );
