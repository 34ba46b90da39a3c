/** A change for Sentinel while it is written, and the body it becomes. */
// Schemas look at the setting while they are made, so it must be set by an import before theirs.
// oxlint-disable-next-line import/no-unassigned-import
import "../../components/zodWithoutEval.ts";
import {
  type Classification,
  type ClassificationReason,
  IncidentWriteback,
} from "../../../../shared/schemas/incidentsWriteback.ts";
import { issueWords } from "../../../../shared/schemas/issueWords.ts";

/** Texts as typed; an empty one changes nothing. */
export interface WritebackDraft {
  status: string;
  classification: string;
  classification_reason: string;
  severity: string;
  /** `none` takes the owner away. */
  owner: string;
  add_tags: string;
  remove_tags: string;
  comment: string;
  task_title: string;
  task_description: string;
}

export const EMPTY: WritebackDraft = {
  status: "",
  classification: "",
  classification_reason: "",
  severity: "",
  owner: "",
  add_tags: "",
  remove_tags: "",
  comment: "",
  task_title: "",
  task_description: "",
};

/** The reasons that Sentinel takes with each classification. */
export const REASONS: Readonly<Record<Classification, readonly ClassificationReason[]>> = {
  true_positive: ["SuspiciousActivity"],
  benign_positive: ["SuspiciousButExpected"],
  false_positive: ["IncorrectAlertLogic", "InaccurateData"],
  undetermined: [],
};

export const isClassification = (value: string): value is Classification =>
  Object.hasOwn(REASONS, value);

interface Checked {
  /** Undefined while something is wrong or nothing was asked for. */
  body: Record<string, unknown> | undefined;
  /** Names of what will change, in words. */
  parts: string[];
  /** What is wrong, by field of the draft. */
  faults: Partial<Record<keyof WritebackDraft, string>>;
}

const tagsOf = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

export function checked(draft: WritebackDraft): Checked {
  const faults: Checked["faults"] = {};
  if (draft.status === "closed") {
    if (!isClassification(draft.classification)) {
      faults.classification = "Closing needs a classification.";
    } else if (REASONS[draft.classification].length > 0 && draft.classification_reason === "") {
      faults.classification_reason = "This classification needs its reason.";
    }
  }
  if (draft.task_title.trim() === "" && draft.task_description.trim() !== "") {
    faults.task_title = "A task needs a title.";
  }
  const body = bodyOf(draft);
  const parsed = IncidentWriteback.safeParse(body, { error: issueWords });
  if (Object.keys(body).length > 0 && !parsed.success) {
    for (const { path, message } of parsed.error.issues) faults[fieldOf(path)] ??= message;
  }
  const isRight = parsed.success && Object.keys(faults).length === 0;
  return {
    faults,
    parts: Object.keys(body).map((name) => name.replaceAll("_", " ")),
    body: isRight ? body : undefined,
  };
}

function bodyOf(draft: WritebackDraft): Record<string, unknown> {
  const { status, severity, owner, comment, task_title: title, task_description: more } = draft;
  const isClosing = status === "closed";
  const added = tagsOf(draft.add_tags);
  const removed = tagsOf(draft.remove_tags);
  const all: Record<string, unknown> = {
    status: given(status),
    classification: isClosing ? given(draft.classification) : undefined,
    classification_reason: isClosing ? given(draft.classification_reason) : undefined,
    severity: given(severity),
    owner: owner.trim() === "none" ? null : given(owner),
    add_tags: added.length === 0 ? undefined : added,
    remove_tags: removed.length === 0 ? undefined : removed,
    comment: given(comment),
    task:
      given(title) === undefined
        ? undefined
        : { title: title.trim(), ...(given(more) !== undefined && { description: more.trim() }) },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const given = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());

/** The field of the draft that a path of the body came from. */
function fieldOf([first, second]: readonly PropertyKey[]): keyof WritebackDraft {
  if (first === "task") return second === "description" ? "task_description" : "task_title";
  const known: readonly string[] = Object.keys(EMPTY);
  const isField = (name: unknown): name is keyof WritebackDraft =>
    typeof name === "string" && known.includes(name);
  return isField(first) ? first : "comment";
}
