/** Incidents by Resource Manager (Microsoft.SecurityInsights, 2025-09-01): read, changed by whole, commented on. */
import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { IncidentWriter } from "../../ports/incidentWriter.ts";
import { IncidentStatus, type SentinelIncident } from "../../schemas/incidents.ts";
import {
  Classification,
  type CurrentIncident,
  type IncidentFields,
} from "../../schemas/incidentsWriteback.ts";
import { type Json, JsonObject } from "../../schemas/json.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import { Severity } from "../../schemas/severity.ts";
import { ARM, type ArmOptions, type ArmReply, createArmClient } from "./armClient.ts";

const lower = z.string().transform((value) => value.toLowerCase());
const part = z.string().nullish().catch(null);

const ArmIncident = z.looseObject({
  name: z.string(),
  etag: z.string(),
  properties: z.looseObject({
    incidentNumber: z.coerce.number().int(),
    severity: lower.pipe(Severity),
    status: lower.pipe(IncidentStatus),
    classification: z.string().optional(),
    classificationReason: z.string().optional(),
    lastModifiedTimeUtc: z.string(),
    owner: z
      .looseObject({ objectId: part, email: part, assignedTo: part, userPrincipalName: part })
      .nullish()
      .catch(null),
    labels: z
      .array(z.looseObject({ labelName: z.string(), labelType: z.string().optional() }))
      .catch([]),
  }),
});
const ArmList = z.looseObject({ value: z.array(z.unknown()) });
const Refusal = z.looseObject({ error: z.looseObject({ message: z.string() }) });

const CLASSIFICATIONS: Readonly<Record<Classification, string>> = {
  true_positive: "TruePositive",
  benign_positive: "BenignPositive",
  false_positive: "FalsePositive",
  undetermined: "Undetermined",
};
/** What a change sends back as it came; the rest of an incident is Sentinel's own. */
const KEPT = [
  "title",
  "description",
  "classificationComment",
  "firstActivityTimeUtc",
  "lastActivityTimeUtc",
];

export function createIncidentWriter(options: ArmOptions): IncidentWriter {
  const ask = createArmClient(options);
  return {
    currentIncident: async (provider, { number, name }) => {
      const reply = await ask(
        provider,
        name === undefined
          ? {
              method: "GET",
              path: "/incidents",
              query: { $filter: `properties/incidentNumber eq ${number}`, $top: "1" },
            }
          : { method: "GET", path: pathOf(name) },
      );
      const body = readBody(reply, provider);
      const found = name === undefined ? ArmList.parse(body ?? { value: [] }).value[0] : body;
      return found === undefined ? undefined : currentOf(found);
    },
    updateIncident: async (provider, current, fields) => {
      const reply = await ask(provider, {
        method: "PUT",
        path: pathOf(current.name),
        body: { etag: current.etag, properties: propertiesOf(current, fields) },
      });
      if (reply.kind === "lost") return { outcome: "uncertain", detail: reply.why };
      if (reply.status === 409 || reply.status === 412) return { outcome: "conflict" };
      refuse(reply, provider);
      return { outcome: "done", incident: currentOf(reply.body) };
    },
    addComment: (provider, incident, { id, message }) =>
      put(`${pathOf(incident)}/comments/${id}`, { message }, provider),
    addTask: (provider, incident, { id, title, description }) =>
      put(
        `${pathOf(incident)}/tasks/${id}`,
        { title, status: "New", ...(description !== undefined && { description }) },
        provider,
      ),
  };

  async function put(path: string, properties: JsonObject, provider: SiemProvider) {
    const reply = await ask(provider, { method: "PUT", path, body: { properties } });
    if (reply.kind === "lost") return { outcome: "uncertain", detail: reply.why } as const;
    // An id of ours that is taken: an earlier try had put it there.
    if (reply.status === 409) {
      const there = await ask(provider, { method: "GET", path });
      if (there.kind === "answer" && there.status === 200) return { outcome: "done" } as const;
      return { outcome: "conflict" } as const;
    }
    refuse(reply, provider);
    return { outcome: "done" } as const;
  }
}

const pathOf = (name: string): string => `/incidents/${encodeURIComponent(name)}`;

/** The body; undefined for 404. @throws AppError when it was refused, or no answer came. */
function readBody(reply: ArmReply, provider: SiemProvider): Json | undefined {
  if (reply.kind === "lost") throw unavailable(reply.why);
  if (reply.status === 404) return undefined;
  refuse(reply, provider);
  return reply.body;
}

function refuse(
  { status, body }: { status: number; body: Json },
  { workspace_name }: SiemProvider,
): void {
  if (status < 300) return;
  if (status === 401)
    throw unavailable(`${ARM} refused the access token (401). The next try takes a new one.`);
  if (status === 403)
    throw unavailable(
      `${ARM} does not let the application change incidents of the workspace ${String(workspace_name)} (403). Give it the role Microsoft Sentinel Responder on the workspace; a new role can take some minutes to act.`,
    );
  const words = Refusal.safeParse(body);
  const why = words.success ? `: ${words.data.error.message}` : ".";
  throw new AppError("conflict", `Sentinel refused the change (${status})${why}`);
}

const unavailable = (detail: string): AppError => new AppError("siem-unavailable", detail);

/** @throws AppError `siem-unavailable` when it is no incident. */
function currentOf(body: unknown): CurrentIncident {
  const parsed = ArmIncident.safeParse(body);
  if (!parsed.success) throw unavailable(`${ARM} sent an incident that cannot be read.`);
  const { name, etag, properties } = parsed.data;
  const { owner } = properties;
  return {
    number: properties.incidentNumber,
    name,
    etag,
    modified_at: new Date(properties.lastModifiedTimeUtc).toISOString(),
    status: properties.status,
    severity: properties.severity,
    classification: classificationOf(properties.classification),
    classification_reason: properties.classificationReason || null,
    owner: ownerOf({
      name: owner?.assignedTo || null,
      email: owner?.email || null,
      user_principal_name: owner?.userPrincipalName || null,
      object_id: owner?.objectId || null,
    }),
    labels: properties.labels.map(({ labelName, labelType }) => ({
      name: labelName,
      is_automatic: labelType === "AutoAssigned",
    })),
    properties: JsonObject.parse(properties),
  };
}

const ownerOf = (owner: NonNullable<SentinelIncident["owner"]>): SentinelIncident["owner"] =>
  Object.values(owner).every((value) => value === null) ? null : owner;

const classificationOf = (text = ""): SentinelIncident["classification"] =>
  Classification.options.find(
    (one) => CLASSIFICATIONS[one].toLowerCase() === text.trim().toLowerCase(),
  ) ?? null;

/** The whole incident once more: what is left out of a PUT is taken away. */
function propertiesOf(current: CurrentIncident, fields: IncidentFields): JsonObject {
  const { status, severity, classification, classification_reason, owner, labels } = fields;
  const kept = KEPT.flatMap((name) => {
    const value = current.properties[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    severity: capitalized(severity),
    status: capitalized(status),
    ...(status === "closed" &&
      classification !== null && { classification: CLASSIFICATIONS[classification] }),
    ...(status === "closed" &&
      classification_reason !== null && { classificationReason: classification_reason }),
    owner: {
      objectId: owner?.object_id ?? null,
      email: owner?.email ?? null,
      assignedTo: owner?.name ?? null,
      userPrincipalName: owner?.user_principal_name ?? null,
    },
    labels: labels.map(({ name, is_automatic }) => ({
      labelName: name,
      labelType: is_automatic ? "AutoAssigned" : "User",
    })),
  };
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
