/** Adds or changes a model; it holds from the next exchange on, without a restart. */
import { Button, Checkbox, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { Section } from "../../components/Section.tsx";
import { bodyOf, draftOf, type ModelDraft } from "./draft.ts";
import { draftFaults, faultsOfError } from "./faults.ts";
import {
  EndpointFields,
  KeyFields,
  type ModelFieldsProps,
  PriceFields,
  TextBox,
} from "./ModelFields.tsx";
import { SaveFailure } from "./SaveFailure.tsx";
import { type HeldModel, useSaveModel } from "./queries.ts";
import { useModelDraft } from "./useModelDraft.ts";

const useStyles = makeStyles({
  form: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    maxWidth: "760px",
  },
  end: { display: "flex", gap: "8px" },
});

interface Props {
  /** The saved model; undefined adds a new one. */
  held: HeldModel | undefined;
  onClose: () => void;
  /** Fills the form anew with what is saved now. */
  onReload: () => void;
}

export function ModelForm({ held: saved, onClose, onReload }: Props) {
  const held = saved?.view;
  const styles = useStyles();
  const isNew = held === undefined;
  const title = isNew ? "Add model" : `Edit ${held.model_name}`;
  const { draft, set, drop } = useModelDraft(held?.model_name ?? "new", draftOf(held));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const save = useSaveModel();
  const found = draftFaults(draft, isNew);
  const isSound = Object.keys(found).length === 0;
  const close = () => {
    drop();
    onClose();
  };
  const saveOver = (version: HeldModel | undefined) =>
    save.mutate({ body: bodyOf(draft, isNew), held: version }, { onSuccess: close });
  const fields: ModelFieldsProps = {
    draft,
    masked: held?.api_key_masked ?? undefined,
    faultOf: (name) =>
      touched.has(name) || touched.has("all")
        ? (found[name] ?? faultsOfError(save.error)[name])
        : undefined,
    set: (changes) => {
      set(changes);
      setTouched(new Set([...touched, ...Object.keys(changes)]));
    },
  };
  return (
    <Section title={title} isPage>
      <form
        className={styles.form}
        aria-label={title}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTouched(new Set(["all"]));
          if (isSound) saveOver(saved);
        }}
      >
        {isNew && <NameBox {...fields} />}
        <EndpointFields {...fields} />
        <KeyFields {...fields} />
        <PriceFields {...fields} />
        <DefaultBox isFixed={held?.is_default === true} draft={draft} set={set} />
        <SaveFailure
          error={save.error}
          held={held}
          onMine={saveOver}
          onTheirs={() => {
            drop();
            onReload();
          }}
        />
        <Buttons isSaving={save.isPending} onCancel={close} />
      </form>
    </Section>
  );
}

function Buttons({ isSaving, onCancel }: { isSaving: boolean; onCancel: () => void }) {
  const styles = useStyles();
  return (
    <div className={styles.end}>
      <Button type="submit" appearance="primary" disabled={isSaving}>
        Save
      </Button>
      <Button onClick={onCancel}>Cancel</Button>
    </div>
  );
}

interface DefaultBoxProps {
  /** The default model stays so until another one is. */
  isFixed: boolean;
  draft: ModelDraft;
  set: (changes: Partial<ModelDraft>) => void;
}

const DefaultBox = ({ isFixed, draft, set }: DefaultBoxProps) => (
  <Checkbox
    label="New investigations ask this model"
    disabled={isFixed}
    checked={draft.is_default}
    onChange={(_, { checked }) => set({ is_default: checked === true })}
  />
);

const NameBox = (fields: ModelFieldsProps) => (
  <TextBox
    {...fields}
    name="model_name"
    label="Name"
    hint="As investigations name it, e.g. gpt-main"
  />
);
