/** The fields of a write-back; a classification offers only the reasons that Sentinel takes with it. */
import { Field, Input, makeStyles, Select, Textarea } from "@fluentui/react-components";
import type { ReactElement } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { SEVERITIES, SEVERITY_WORD } from "../../components/Severity.tsx";
import { plainWords, STATUS_WORD } from "../../components/words.ts";
import { useMe } from "../signIn/me.ts";
import { STATUSES } from "./filters.ts";
import { isClassification, REASONS } from "./writebackDraft.ts";
import type { WritebackDraft } from "./writebackDraft.ts";

const COMMENT_MAX = 30_000;

const useStyles = makeStyles({
  grid: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(280px, 100%), 1fr))",
    gap: "12px 20px",
  },
  wide: { gridColumn: "1 / -1" },
});

type Faults = Partial<Record<keyof WritebackDraft, string>>;

interface Props {
  incident: IncidentView;
  draft: WritebackDraft;
  faults: Faults;
  onDraft: (changes: Partial<WritebackDraft>) => void;
}

export function WritebackFields(props: Props) {
  const styles = useStyles();
  const { draft, faults, onDraft } = props;
  return (
    <div className={styles.grid}>
      <StateFields {...props} />
      <OwnerField {...props} />
      <Labelled label="Add tags" hint="Separated by commas" fault={faults.add_tags}>
        <Input value={draft.add_tags} onChange={(_, { value }) => onDraft({ add_tags: value })} />
      </Labelled>
      <Labelled label="Remove tags" hint="Separated by commas" fault={faults.remove_tags}>
        <Input
          value={draft.remove_tags}
          onChange={(_, { value }) => onDraft({ remove_tags: value })}
        />
      </Labelled>
      <div className={styles.wide}>
        <Labelled label="Comment" fault={faults.comment}>
          <Textarea
            rows={4}
            resize="vertical"
            maxLength={COMMENT_MAX}
            value={draft.comment}
            onChange={(_, { value }) => onDraft({ comment: value })}
          />
        </Labelled>
      </div>
      <Labelled label="New task" fault={faults.task_title}>
        <Input
          value={draft.task_title}
          maxLength={150}
          placeholder="Title"
          onChange={(_, { value }) => onDraft({ task_title: value })}
        />
      </Labelled>
      <Labelled label="What the task is about" fault={faults.task_description}>
        <Input
          value={draft.task_description}
          maxLength={3000}
          onChange={(_, { value }) => onDraft({ task_description: value })}
        />
      </Labelled>
    </div>
  );
}

/** Status and severity; closing asks for classification and reason. */
function StateFields({ incident, draft, faults, onDraft }: Props) {
  const reasons = isClassification(draft.classification) ? REASONS[draft.classification] : [];
  const chooseClassification = (classification: string) => {
    const [first, second] = isClassification(classification) ? REASONS[classification] : [];
    // The only reason there is needs no question.
    onDraft({ classification, classification_reason: second === undefined ? (first ?? "") : "" });
  };
  return (
    <>
      <Choice
        label="Status"
        value={draft.status}
        keep={`Leave it: ${STATUS_WORD[incident.status]}`}
        options={STATUSES.map((value) => [value, STATUS_WORD[value]])}
        onChoose={(status) => onDraft({ status })}
      />
      <Choice
        label="Severity"
        value={draft.severity}
        keep={`Leave it: ${SEVERITY_WORD[incident.severity]}`}
        options={SEVERITIES.filter((one) => one !== "critical").map((one) => [
          one,
          SEVERITY_WORD[one],
        ])}
        onChoose={(severity) => onDraft({ severity })}
      />
      {draft.status === "closed" && (
        <Choice
          label="Classification"
          value={draft.classification}
          keep="Choose one"
          options={Object.keys(REASONS).map((name) => [name, plainWords(name)])}
          fault={faults.classification}
          onChoose={chooseClassification}
        />
      )}
      {draft.status === "closed" && reasons.length > 0 && (
        <Choice
          label="Reason"
          value={draft.classification_reason}
          keep="Choose one"
          options={reasons.map((name) => [name, plainWords(name)])}
          fault={faults.classification_reason}
          onChoose={(reason) => onDraft({ classification_reason: reason })}
        />
      )}
    </>
  );
}

function OwnerField({ incident, draft, faults, onDraft }: Props) {
  const me = useMe();
  const { owner } = incident;
  const now = owner === null ? "nobody" : (owner.email ?? owner.name ?? "somebody");
  const isKnown = ["", "none", me.email].includes(draft.owner);
  const other = " ";
  return (
    <>
      <Choice
        label="Owner"
        value={isKnown ? draft.owner : other}
        keep={`Leave it: ${now}`}
        options={[
          ...(me.email === undefined ? [] : [[me.email, `Me (${me.email})`] as const]),
          ["none", "Nobody"],
          [other, "Somebody else…"],
        ]}
        onChoose={(value) => onDraft({ owner: value })}
      />
      {!isKnown && (
        <Labelled label="Owner's address" fault={faults.owner}>
          <Input
            type="email"
            value={draft.owner.trim()}
            onChange={(_, { value }) => onDraft({ owner: value === "" ? other : value })}
          />
        </Labelled>
      )}
    </>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  /** What leaving it alone is called. */
  keep: string;
  options: readonly (readonly [value: string, word: string])[];
  fault?: string | undefined;
  onChoose: (value: string) => void;
}

function Choice({ label, value, keep, options, fault, onChoose }: ChoiceProps) {
  return (
    <Labelled label={label} fault={fault}>
      <Select value={value} onChange={(_, data) => onChoose(data.value)}>
        <option value="">{keep}</option>
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </Select>
    </Labelled>
  );
}

interface LabelledProps {
  label: string;
  hint?: string;
  fault?: string | undefined;
  children: ReactElement;
}

function Labelled({ label, hint, fault, children }: LabelledProps) {
  return (
    <Field
      label={label}
      {...(hint !== undefined && { hint })}
      {...(fault !== undefined && { validationMessage: fault })}
    >
      {children}
    </Field>
  );
}
