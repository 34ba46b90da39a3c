/** Comments and tasks of an incident in Resource Manager. Both stand in the incident's row. */
import { z } from "zod";

import type { JsonObject } from "../../shared/schemas/json.ts";
import { armError, type Call, incidentPath, listed, notAllowed, parse } from "./armCall.ts";
import { changeCase } from "./caseBook.ts";
import { iso, type Row } from "./rows/row.ts";
import { json, type WireReply } from "./wireReply.ts";
import { bagOf, listOf, textOf } from "./workspaceRows.ts";

const COMMENT_MAX = 30_000;

const CommentBody = z.looseObject({
  properties: z.looseObject({ message: z.string().min(1).max(COMMENT_MAX) }),
});
const TaskBody = z.looseObject({
  properties: z.looseObject({
    title: z.string().min(1).max(150),
    description: z.string().max(3000).optional(),
    status: z.enum(["New", "Completed"]),
  }),
});

/** A kind of note: its column, its place in paths, and what a body makes of it. */
interface Notes {
  readonly column: "Comments" | "Tasks";
  readonly idKey: "name" | "taskId";
  readonly most: number;
  written(
    call: Call,
    before: JsonObject | undefined,
    work: (note: JsonObject) => WireReply,
  ): WireReply;
}

const author = (by: string): JsonObject => ({
  name: by,
  objectId: null,
  email: null,
  userPrincipalName: null,
});

const COMMENTS: Notes = {
  column: "Comments",
  idKey: "name",
  most: 100,
  written: (call, before, work) =>
    parse(call, CommentBody, ({ properties: { message } }) =>
      work({ message, author: before?.["author"] ?? author(call.by) }),
    ),
};

const TASKS: Notes = {
  column: "Tasks",
  idKey: "taskId",
  most: 100,
  written: (call, before, work) =>
    parse(call, TaskBody, ({ properties: { title, description, status } }) =>
      work({
        title,
        status,
        ...(description === undefined ? {} : { description }),
        createdBy: before?.["createdBy"] ?? author(call.by),
        lastModifiedBy: author(call.by),
      }),
    ),
};

export const comments = (call: Call, row: Row, id: string | undefined): WireReply =>
  notes(COMMENTS, call, row, id);

export const tasks = (call: Call, row: Row, id: string | undefined): WireReply =>
  notes(TASKS, call, row, id);

function notes(kind: Notes, call: Call, row: Row, id: string | undefined): WireReply {
  const { column, idKey, most } = kind;
  const all = listOf(row[column]).map(bagOf);
  const { method } = call.request;
  if (method === "GET")
    return listed(
      all.map((note) => shown(kind, call, row, note)),
      id,
    );
  if (id === undefined) return notAllowed();
  const others = all.filter((note) => note[idKey] !== id);
  const before = all.find((note) => note[idKey] === id);
  if (method === "DELETE") {
    if (before === undefined) return { status: 204, body: "" };
    changeCase(call.workspace, row, { [column]: others }, call.by);
    return { status: 200, body: "" };
  }
  if (others.length >= most)
    return armError(400, "BadRequest", `An incident has at most ${most} ${column.toLowerCase()}.`);
  return kind.written(call, before, (written) => {
    const time = iso(call.workspace.now().getTime());
    const note: JsonObject = {
      [idKey]: id,
      ...written,
      createdTimeUtc: before?.["createdTimeUtc"] ?? time,
      lastModifiedTimeUtc: time,
    };
    changeCase(call.workspace, row, { [column]: [...others, note] }, call.by);
    return json(before === undefined ? 201 : 200, shown(kind, call, row, note));
  });
}

function shown({ column, idKey }: Notes, call: Call, row: Row, note: JsonObject): JsonObject {
  const { [idKey]: name = "", ...properties } = note;
  return {
    id: incidentPath(call, row, `/${column}/${textOf(name)}`),
    name,
    type: `Microsoft.SecurityInsights/Incidents/${column}`,
    properties,
  };
}
