/** What every field of the incident's header needs. */
import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { Editor } from "./edit.ts";

export interface FieldProps {
  incident: IncidentView;
  editor: Editor;
  mayWrite: boolean;
}
