/** Adds or edits a provider: the connection is tested before it is saved, and nothing typed gets lost. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { Conflict } from "../../components/Conflict.tsx";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { useFormDraft } from "../../components/useFormDraft.ts";
import { useTitle } from "../../components/useTitle.ts";
import { plainWords } from "../../components/words.ts";
import { useMe } from "../signIn/me.ts";
import { CheckList } from "./CheckList.tsx";
import { draftOf } from "./draft.ts";
import type { DraftField, ProviderDraft } from "./draft.ts";
import { connectionFaults, draftFaults, faultsOfError } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { AddressFields, ConnectionFields, PolicyFields, SyncFields } from "./FormFields.tsx";
import type { HeldProvider } from "./queries.ts";
import { Requirements } from "./Requirements.tsx";
import { useSave } from "./useSave.ts";
import type { Conflicting, Saving } from "./useSave.ts";

const useStyles = makeStyles({
  actions: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    marginBottom: tokens.spacingVerticalXL,
  },
  outcome: { marginBottom: tokens.spacingVerticalL },
  message: { margin: 0, fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  /** The saved provider; undefined adds a new one. */
  held: HeldProvider | undefined;
  onClose: () => void;
}

export function ProviderForm({ held, onClose }: Props) {
  const me = useMe();
  const id = held?.view.id;
  const title = held === undefined ? "Add provider" : `Edit ${held.view.name}`;
  useTitle(title);
  const kept = useFormDraft(
    `provider.${me.id}.${id ?? "new"}`,
    draftOf(held?.view),
    "client_secret",
  );
  const { draft } = kept;
  const close = () => {
    kept.drop();
    onClose();
  };
  const saving = useSave({ draft, held, onSaved: close });
  const { faults, touch, showAll } = useFaults(draft, id, saving.error);
  const set = (changes: Partial<ProviderDraft>) => {
    touch(changes);
    kept.set(changes);
  };
  const act = (found: Faults, then: () => Promise<void>) => {
    showAll();
    if (Object.keys(found).length === 0) void then();
  };
  const fields = { draft, faults, set };
  const mask = held?.view.client_secret_masked ?? undefined;
  return (
    <Section
      title={title}
      isPage
      aside={kept.isRestored ? "what you typed before is back" : undefined}
    >
      <form
        aria-label={title}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          act(draftFaults(draft, id), () => saving.save());
        }}
      >
        <ConnectionFields {...fields} mask={mask} />
        <AddressFields {...fields} />
        <SyncFields {...fields} />
        <PolicyFields {...fields} />
        <Outcome saving={saving} draft={draft} set={set} />
        <Actions
          saving={saving}
          faults={faults}
          isNew={held === undefined}
          onTest={() => act(connectionFaults(draft, id), saving.test)}
          onForce={() => act(draftFaults(draft, id), () => saving.save(true))}
          onCancel={close}
        />
      </form>
      <Requirements values={draft} />
    </Section>
  );
}

interface ActionsProps {
  saving: Saving;
  faults: Faults;
  isNew: boolean;
  onTest: () => void;
  onForce: () => void;
  onCancel: () => void;
}

function Actions({ saving, faults, isNew, onTest, onForce, onCancel }: ActionsProps) {
  const styles = useStyles();
  const isBusy = saving.isBusy !== undefined;
  const wrong = Object.keys(faults);
  return (
    <div className={styles.actions}>
      <Button type="submit" appearance="primary" disabled={isBusy}>
        {isNew ? "Test and add" : "Save"}
      </Button>
      <Button disabled={isBusy} onClick={onTest}>
        Test connection
      </Button>
      {saving.tested?.status === "error" && (
        <Button disabled={isBusy} onClick={onForce}>
          Save although the test failed
        </Button>
      )}
      <Button appearance="subtle" onClick={onCancel}>
        Cancel
      </Button>
      {wrong.length > 0 && (
        <span role="alert" className={styles.quiet}>
          To be corrected: {wrong.map(plainWords).join(", ")}
        </span>
      )}
    </div>
  );
}

interface OutcomeProps {
  saving: Saving;
  draft: ProviderDraft;
  set: (changes: Partial<ProviderDraft>) => void;
}

function Outcome({ saving, draft, set }: OutcomeProps) {
  const styles = useStyles();
  const { isBusy, error, tested, conflict } = saving;
  if (isBusy !== undefined) {
    return (
      <div className={styles.outcome}>
        <Spinner
          size="tiny"
          labelPosition="after"
          label={isBusy === "testing" ? "Testing the connection" : "Saving"}
        />
      </div>
    );
  }
  return (
    <div className={styles.outcome}>
      {error !== undefined && <Failure error={error} />}
      {conflict !== undefined && (
        <Conflict
          title="Somebody else changed this provider; nothing was saved"
          versions={["yours", "theirs"]}
          rows={conflict.fields.map((field) => ({
            field,
            values: [wordsOf(draft, field), wordsOf(draftOf(conflict.theirs.view), field)],
          }))}
          onMine={() => void saving.keepMine()}
          onTheirs={() => {
            set(theirsOf(conflict));
            saving.takeTheirs();
          }}
        />
      )}
      {tested !== undefined && (
        <output aria-label="Connection test">
          <p className={styles.message}>
            {tested.status === "healthy" ? "The connection works." : "The connection test failed."}{" "}
            <span className={styles.quiet}>{Math.round(tested.latency_ms)} ms</span>
          </p>
          <CheckList checks={tested.checks} />
        </output>
      )}
    </div>
  );
}

/** The fields in question as the other one saved them. */
function theirsOf({ fields, theirs }: Conflicting): Partial<ProviderDraft> {
  const now = draftOf(theirs.view);
  return Object.fromEntries(fields.map((field) => [field, now[field]]));
}

const wordsOf = (draft: ProviderDraft, field: DraftField): string =>
  String(draft[field]).replaceAll("\n", ", ") || "(empty)";

/** Faults of fields that were touched, and all of them once somebody tried to go on. */
function useFaults(draft: ProviderDraft, id: string | undefined, error: unknown) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const found: [string, string][] = Object.entries(draftFaults(draft, id));
  const faults: Faults = Object.fromEntries(
    // An empty field that somebody only walked through is not yet a fault.
    found.filter(([field, fault]) => isAll || (touched.has(field) && fault !== "This is needed.")),
  );
  return {
    faults: { ...faultsOfError(error), ...faults },
    touch: (changes: Partial<ProviderDraft>) =>
      setTouched(new Set([...touched, ...Object.keys(changes)])),
    showAll: () => setAll(true),
  };
}
