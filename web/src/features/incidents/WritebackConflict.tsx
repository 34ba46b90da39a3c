/** The incident changed in Sentinel while its write-back was written: both versions, and the ways to decide. */
import { Button } from "@fluentui/react-components";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { plainWords } from "../../components/words.ts";
import { BothVersions } from "./BothVersions.tsx";
import { changedInSentinel } from "./useWriteBack.ts";

const EMPTY = "(empty)";
type Field = ReturnType<typeof changedInSentinel>[number];

interface Props {
  seen: IncidentView;
  now: IncidentView;
  onWrite: () => void;
  onClose: () => void;
}

export function WritebackConflict({ seen, now, onWrite, onClose }: Props) {
  const rows = changedInSentinel(seen, now).map((field) => ({
    field,
    values: [wordsOf(seen, field), wordsOf(now, field)] as const,
  }));
  return (
    <BothVersions
      title="The incident changed in Sentinel meanwhile; nothing was written"
      versions={["as you saw it", "as it is now"]}
      rows={rows}
      isAnswer
    >
      <Button size="small" appearance="primary" onClick={onWrite}>
        Write mine all the same
      </Button>
      <Button size="small" onClick={onClose}>
        Leave it as it is
      </Button>
    </BothVersions>
  );
}

function wordsOf(incident: IncidentView, field: Field): string {
  if (field === "title") return incident.title === "" ? EMPTY : incident.title;
  if (field === "labels") return incident.labels.length === 0 ? EMPTY : incident.labels.join(", ");
  const value = incident[field];
  if (value === null || value === "") return EMPTY;
  if (typeof value === "string") return plainWords(value);
  return value.user_principal_name ?? value.email ?? value.name ?? value.object_id ?? EMPTY;
}
