/** A call below an incident in Resource Manager, and how its body is read and its mistakes are told. */
import type { z } from "zod";

import type { JsonObject } from "../../shared/schemas/json.ts";
import type { Row } from "./rows/row.ts";
import { json, type WireReply, type WireRequest } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";
import { textOf } from "./workspaceRows.ts";

export interface Call {
  readonly workspace: Workspace;
  readonly request: WireRequest;
  /** Path of the workspace. */
  readonly base: string;
  /** Who asks, as ModifiedBy tells it. */
  readonly by: string;
}

export const armError = (status: number, code: string, message: string): WireReply =>
  json(status, { error: { code, message } });

export const notAllowed = (): WireReply =>
  armError(405, "MethodNotAllowed", "The requested resource does not support this method.");

export const missing = (id: string): WireReply =>
  armError(404, "NotFound", `'${id}' does not exist.`);

/** Runs the work on a body that has the right shape. */
export function parse<T>(
  { request }: Call,
  shape: z.ZodType<T>,
  work: (body: T) => WireReply,
): WireReply {
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    return armError(400, "InvalidRequestContent", "The request content was invalid JSON.");
  }
  const body = shape.safeParse(value);
  if (body.success) return work(body.data);
  const [issue] = body.error.issues;
  return armError(400, "BadRequest", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Path of an incident, or of a part of it such as `Comments/1`. */
export const incidentPath = ({ base }: Call, row: Row, part = ""): string =>
  `${base}/providers/Microsoft.SecurityInsights/Incidents/${textOf(row["IncidentName"])}${part}`;

/** A list of things, or the one with the name. */
export function listed(all: readonly JsonObject[], name: string | undefined): WireReply {
  if (name === undefined) return json(200, { value: all });
  const found = all.find((one) => one["name"] === name);
  return found === undefined ? missing(name) : json(200, found);
}
