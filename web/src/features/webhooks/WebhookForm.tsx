/** Adds or changes a webhook; the next attempt of every delivery uses it as it then is. */
import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  Select,
  tokens,
} from "@fluentui/react-components";

import type { ChosenEvent } from "../../../../shared/schemas/notificationPreferences.ts";
import type { WebhookFormat, WebhookView } from "../../../../shared/schemas/webhooks.ts";
import { isOverrun } from "../../api/problem.ts";
import { Conflict } from "../../components/Conflict.tsx";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { EVENT_WORDS } from "../notifications/eventWords.ts";
import { changesBetween } from "./changes.ts";
import type { draftFaults, WebhookDraft } from "./draft.ts";
import type { HeldWebhook } from "./queries.ts";
import { SecretNotice } from "./SecretNotice.tsx";
import { useWebhookForm } from "./useWebhookForm.ts";

const useStyles = makeStyles({
  form: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    maxWidth: "640px",
  },
  end: { display: "flex", gap: "8px" },
  events: { display: "grid", border: "none", margin: 0, padding: 0 },
  legend: { padding: 0, marginBottom: "4px" },
});

const FORMATS = [
  ["standard", "A system: signed JSON (Standard Webhooks)"],
  ["slack", "Slack channel"],
  ["teams", "Teams channel"],
] as const;
const SEVERITIES = ["medium", "high", "critical"] as const;

interface Props {
  /** The saved webhook as it is now; undefined adds a new one. */
  held: HeldWebhook | undefined;
  onClose: () => void;
}

export function WebhookForm({ held, onClose }: Props) {
  const styles = useStyles();
  const title = held === undefined ? "Add webhook" : `Edit ${held.view.name}`;
  const form = useWebhookForm(held, onClose);
  const { save, draft } = form;
  const secret = save.data?.secret;
  if (secret !== undefined) {
    return (
      <Section title={`${draft.name} is set up`} isPage>
        <SecretNotice secret={secret} onDone={onClose} />
      </Section>
    );
  }
  return (
    <Section title={title} isPage>
      <form
        className={styles.form}
        aria-label={title}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <Fields held={held?.view} draft={draft} faults={form.faults} set={form.set} />
        {save.isError && !isOverrun(save.error) && <Failure error={save.error} />}
        {isOverrun(save.error) && <Overtaken form={form} held={held} />}
        <div className={styles.end}>
          <Button type="submit" appearance="primary" disabled={save.isPending}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Section>
  );
}

/** Shown once the newer version is here. */
function Overtaken({
  form,
  held,
}: {
  form: ReturnType<typeof useWebhookForm>;
  held: Props["held"];
}) {
  if (form.base === undefined || held === undefined || form.base.etag === held.etag) return null;
  const rows = changesBetween(form.base.view, held.view);
  return (
    <Conflict
      title="Somebody else changed this webhook; nothing of yours was saved"
      rows={rows}
      isSaving={form.save.isPending}
      onMine={form.saveMine}
      onTheirs={form.takeTheirs}
    >
      {rows.length === 0 && "The address or the secret is another one."}
    </Conflict>
  );
}

interface FieldsProps {
  held: WebhookView | undefined;
  draft: WebhookDraft;
  faults: ReturnType<typeof draftFaults>;
  set: (changes: Partial<WebhookDraft>) => void;
}

const messageOf = (fault: string | undefined) =>
  fault === undefined ? {} : { validationMessage: fault };

function Fields({ held, draft, faults, set }: FieldsProps) {
  const hint =
    held === undefined
      ? "https:// and public; it is kept sealed"
      : `Stored: ${held.url}. Left empty it stays.`;
  return (
    <>
      <Field label="Name" {...messageOf(faults.name)}>
        <Input value={draft.name} onChange={(_, { value }) => set({ name: value })} />
      </Field>
      {held === undefined && (
        <Field label="For">
          <Select
            value={draft.format}
            onChange={(_, { value }) => set({ format: formatNamed(value) })}
          >
            {FORMATS.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field label="Address" {...messageOf(faults.url)} {...(faults.url === undefined && { hint })}>
        <Input
          type={draft.format === "standard" ? "text" : "password"}
          autoComplete="off"
          spellCheck={false}
          value={draft.url}
          onChange={(_, { value }) => set({ url: value.trim() })}
        />
      </Field>
      <Events draft={draft} fault={faults.events} set={set} />
      <Field label="Incidents of">
        <Select
          value={draft.min_severity}
          onChange={(_, { value }) =>
            set({ min_severity: SEVERITIES.find((one) => one === value) ?? "medium" })
          }
        >
          <option value="medium">Medium and above</option>
          <option value="high">High and above</option>
          <option value="critical">Critical only</option>
        </Select>
      </Field>
    </>
  );
}

const formatNamed = (value: string): WebhookFormat =>
  FORMATS.find(([one]) => one === value)?.[0] ?? "standard";

interface EventsProps {
  draft: WebhookDraft;
  fault: string | undefined;
  set: (changes: Partial<WebhookDraft>) => void;
}

function Events({ draft, fault, set }: EventsProps) {
  const styles = useStyles();
  const turn = (event: ChosenEvent, on: boolean) =>
    set({ events: on ? [...draft.events, event] : draft.events.filter((one) => one !== event) });
  const all: ChosenEvent[] = [
    "incident-alert",
    "investigation-completed",
    "investigation-failed",
    "schedule-disabled",
  ];
  return (
    <Field {...messageOf(fault)}>
      <fieldset className={styles.events}>
        <legend className={styles.legend}>Told of</legend>
        {all.map((event) => (
          <Checkbox
            key={event}
            label={EVENT_WORDS[event].title}
            checked={draft.events.includes(event)}
            onChange={(_, { checked }) => turn(event, checked === true)}
          />
        ))}
      </fieldset>
    </Field>
  );
}
