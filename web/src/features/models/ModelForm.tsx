/** Adds or changes a model; it holds from the next exchange on, without a restart. */
import { Button, Checkbox, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import type { ModelView } from "../../../../shared/schemas/models.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { bodyOf, draftOf } from "./draft.ts";
import { draftFaults, faultsOfError } from "./faults.ts";
import {
  EndpointFields,
  KeyFields,
  type ModelFieldsProps,
  PriceFields,
  TextBox,
} from "./ModelFields.tsx";
import { useSaveModel } from "./queries.ts";
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
  held: ModelView | undefined;
  onClose: () => void;
}

export function ModelForm({ held, onClose }: Props) {
  const styles = useStyles();
  const isNew = held === undefined;
  const title = isNew ? "Add model" : `Edit ${held.model_name}`;
  const { draft, set, drop } = useModelDraft(held?.model_name ?? "new", draftOf(held));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const save = useSaveModel(held?.model_name);
  const found = draftFaults(draft, isNew);
  const isSound = Object.keys(found).length === 0;
  const close = () => {
    drop();
    onClose();
  };
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
          if (isSound) save.mutate(bodyOf(draft, isNew), { onSuccess: close });
        }}
      >
        {isNew && <NameBox {...fields} />}
        <EndpointFields {...fields} />
        <KeyFields {...fields} />
        <PriceFields {...fields} />
        <Checkbox
          label="New investigations ask this model"
          disabled={held?.is_default === true}
          checked={draft.is_default}
          onChange={(_, { checked }) => set({ is_default: checked === true })}
        />
        {save.isError && <Failure error={save.error} />}
        <div className={styles.end}>
          <Button type="submit" appearance="primary" disabled={save.isPending}>
            Save
          </Button>
          <Button onClick={close}>Cancel</Button>
        </div>
      </form>
    </Section>
  );
}

const NameBox = (fields: ModelFieldsProps) => (
  <TextBox
    {...fields}
    name="model_name"
    label="Name"
    hint="As investigations name it, e.g. gpt-main"
  />
);
