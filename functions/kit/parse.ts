/** Parses the parts of a request by an endpoint's schemas; every wrong field is named by its pointer. */
import type { z } from "zod";

import { AppError, invalidBody, type FieldError } from "../../shared/domain/errors.ts";
import { issueWords } from "../../shared/schemas/issueWords.ts";
import { tooDeep } from "./depth.ts";
import { escapedPointer, unreadableTexts } from "./readableText.ts";
import { routeValues } from "./route.ts";

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** @throws AppError `not-found` when a route value does not fit: no record can have that id. */
export function parseParams<Schema extends z.ZodType | undefined>(
  declared: { route: string; params?: Schema },
  url: URL,
): Output<Schema> {
  const parsed = declared.params?.safeParse(routeValues(declared.route, url));
  if (parsed?.success === false) {
    throw new AppError("not-found", "No such record.", { cause: parsed.error });
  }
  return outputOf<Schema>(parsed);
}

/** @throws AppError `invalid-fields` with pointers `/query/<name>`. */
export function parseQuery<Schema extends z.ZodType | undefined>(
  declared: { query?: Schema },
  url: URL,
): Output<Schema> {
  const parsed = declared.query?.safeParse(queryValues(url.searchParams), {
    error: issueWords,
  });
  if (parsed?.success === false) {
    throw invalid("The query is not valid.", fieldErrors(parsed.error, "/query"));
  }
  return outputOf<Schema>(parsed);
}

/** What the server stamps on its records: ignored in a body whose schema does not name it, so that a record can be sent back. */
const STAMPED: readonly string[] = [
  "id",
  "tenant_id",
  "app_id",
  "created_at",
  "updated_at",
  "created_by",
  "updated_by",
  "source",
  "source_type",
  "is_deleted",
  "deleted_at",
  "deleted_by",
  "schema_version",
];

/** @throws AppError `invalid-fields` with JSON pointers into the body. */
export function parseBody<Schema extends z.ZodType | undefined>(
  declared: { body?: Schema; takesAnyText?: boolean },
  json: unknown,
): Output<Schema> {
  const deep = tooDeep(json);
  if (deep.length > 0) throw invalidBody(deep);
  const parsed = declared.body && parseUnstamped(declared.body, json);
  if (parsed?.success === false) {
    throw invalidBody(fieldErrors(parsed.error, ""));
  }
  const unreadable = declared.takesAnyText === true ? [] : unreadableTexts(json);
  if (unreadable.length > 0) throw invalidBody(unreadable);
  return outputOf<Schema>(parsed);
}

function parseUnstamped(schema: z.ZodType, json: unknown) {
  const parsed = schema.safeParse(json, { error: issueWords });
  if (parsed.success || typeof json !== "object" || json === null) return parsed;
  const ignored = parsed.error.issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [],
    )
    .filter((name) => STAMPED.includes(name));
  if (ignored.length === 0) return parsed;
  const rest = Object.entries(json).filter(([name]) => !ignored.includes(name));
  return schema.safeParse(Object.fromEntries(rest), { error: issueWords });
}

function outputOf<Schema extends z.ZodType | undefined>(
  parsed: { success: boolean; data?: unknown } | undefined,
): Output<Schema> {
  // The one place where the compiler cannot see that a schema's own output has its own output type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return parsed?.data as Output<Schema>;
}

/** One value as text, several of the same name as a list. */
function queryValues(search: URLSearchParams): Record<string, string | string[]> {
  const keys = [...new Set(search.keys())];
  return Object.fromEntries(
    keys.map((key) => {
      const all = search.getAll(key);
      return [key, all.length === 1 ? (all[0] ?? "") : all];
    }),
  );
}

const invalid = (detail: string, errors: FieldError[]): AppError =>
  new AppError("invalid-fields", detail, { errors });

function fieldErrors(error: z.ZodError, prefix: string): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const base = prefix + issue.path.map((part) => `/${escapedPointer(String(part))}`).join("");
    if (issue.code !== "unrecognized_keys") return [{ pointer: base, detail: issue.message }];
    return issue.keys.map((key) => ({
      pointer: `${base}/${escapedPointer(key)}`,
      detail: "Unknown field.",
    }));
  });
}
