/** Starts an investigation: what to ask, for whom, where, how far back and what a model may use up. */
import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  Select,
  Textarea,
  tokens,
} from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";

import { Failure } from "../../components/Notice.tsx";
import { Modal } from "../../components/Modal.tsx";
import { useFormDraft } from "../../components/useFormDraft.ts";
import { plainWords } from "../../components/words.ts";
import { useSyncs } from "../incidents/queries.ts";
import { useMe } from "../signIn/me.ts";
import { ModelChoice } from "./ModelChoice.tsx";
import { useStart } from "./queries.ts";
import {
  newDraft,
  bodyOf,
  faultsOf,
  LOOKBACKS,
  PERSONAS,
  RULES_ONLY,
  type StartDraft,
} from "./startDraft.ts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  row: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(180px, 100%), 1fr))",
    gap: tokens.spacingHorizontalM,
    alignItems: "start",
  },
  group: {
    minWidth: 0,
    margin: 0,
    padding: "10px 0 0",
    border: "none",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  legend: { paddingRight: "8px", fontWeight: tokens.fontWeightSemibold },
  model: { margin: "10px 0" },
  end: { display: "flex", justifyContent: "flex-end", gap: "8px" },
  quiet: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  /** Left out: a question of one's own. */
  incident?: { number: number; provider_id: string };
  onClose: () => void;
}

export function StartDialog({ incident, onClose }: Props) {
  const styles = useStyles();
  const navigate = useNavigate();
  const place = `start.${useMe().id}.${incident?.number ?? "free"}`;
  const { draft, set, drop } = useFormDraft(place, newDraft(incident));
  const start = useStart();
  const faults = faultsOf(draft);
  const send = () => {
    if (Object.keys(faults).length > 0) return;
    start.mutate(bodyOf(draft, incident), {
      onSuccess: ({ session_id: id }) => {
        drop();
        onClose();
        void navigate({ to: "/sessions/$id", params: { id }, search: {} });
      },
    });
  };
  const title = incident === undefined ? "New investigation" : `Investigate #${incident.number}`;
  return (
    <Modal title={title} onClose={onClose} width={680}>
      <form
        className={styles.form}
        aria-label={title}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Question draft={draft} set={set} fault={draft.query === "" ? undefined : faults.query} />
        <Scope draft={draft} set={set} isFixed={incident !== undefined} />
        <ModelFields draft={draft} set={set} faults={faults} />
        {start.isError && <Failure error={start.error} />}
        <div className={styles.end}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            appearance="primary"
            disabled={start.isPending || Object.keys(faults).length > 0}
          >
            Start
          </Button>
        </div>
      </form>
    </Modal>
  );
}

interface PartProps {
  draft: StartDraft;
  set: (changes: Partial<StartDraft>) => void;
}

function Question({ draft, set, fault }: PartProps & { fault: string | undefined }) {
  const help = "Name entities and a time; #12345 takes that incident's context.";
  return (
    <Field
      label="Question"
      required
      {...(fault === undefined ? { hint: help } : { validationMessage: fault })}
    >
      <Textarea
        data-first
        rows={3}
        value={draft.query}
        onChange={(_, { value }) => set({ query: value })}
      />
    </Field>
  );
}

function Scope({ draft, set, isFixed }: PartProps & { isFixed: boolean }) {
  const styles = useStyles();
  const providers = useSyncs().data?.syncs ?? [];
  return (
    <div className={styles.row}>
      <Field label="Report for">
        <Select
          value={draft.persona}
          onChange={(_, { value }) =>
            set({ persona: PERSONAS.find((each) => each === value) ?? "soc_analyst" })
          }
        >
          {PERSONAS.map((persona) => (
            <option key={persona} value={persona}>
              {plainWords(persona)}
            </option>
          ))}
        </Select>
      </Field>
      {!isFixed && (
        <Field label="Workspace">
          <Select value={draft.provider} onChange={(_, { value }) => set({ provider: value })}>
            <option value="sentinel">Default provider</option>
            {providers.map((one) => (
              <option key={one.provider_id} value={one.provider_id}>
                {one.provider}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field label="How far back">
        <Select value={draft.timespan} onChange={(_, { value }) => set({ timespan: value })}>
          {LOOKBACKS.map(([value, word]) => (
            <option key={value} value={value}>
              {value === "" && isFixed ? "Around the incident" : word}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

function ModelFields({
  draft,
  set,
  faults,
}: PartProps & { faults: Partial<Record<keyof StartDraft, string>> }) {
  const styles = useStyles();
  const box = (name: "usd" | "seconds" | "turns", label: string, hint: string) => (
    <Field
      label={label}
      {...(faults[name] === undefined
        ? { hint }
        : { validationMessage: faults[name], validationState: "error" as const })}
    >
      <Input
        inputMode="decimal"
        placeholder="usual"
        value={draft[name]}
        onChange={(_, { value }) => set({ [name]: value })}
      />
    </Field>
  );
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Who judges, and what it may use up</legend>
      <p className={styles.quiet}>
        The rules always run and cost nothing. A model judges besides them where one is set up; when
        its budget runs out, the rules&apos; report stands.
      </p>
      <div className={styles.model}>
        <ModelChoice value={draft.model} onChange={(model) => set({ model })} />
      </div>
      <div className={styles.row}>
        {box("usd", "US dollars", "0 to 100")}
        {box("seconds", "Seconds", "1 to 3600")}
        {box("turns", "Exchanges", "1 to 50")}
      </div>
      <Checkbox
        label="Fail when no model could judge"
        disabled={draft.model === RULES_ONLY}
        checked={draft.require_model && draft.model !== RULES_ONLY}
        onChange={(_, { checked }) => set({ require_model: checked === true })}
      />
      <Checkbox
        label="Tell me when it ends"
        checked={draft.notify}
        onChange={(_, { checked }) => set({ notify: checked === true })}
      />
    </fieldset>
  );
}
