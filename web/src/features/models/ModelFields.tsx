/** The boxes of the model form, each with its hint or what is wrong with it. */
import { Checkbox, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";

import type { ModelDraft } from "./draft.ts";

const useStyles = makeStyles({
  row: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(200px, 1fr))",
    gap: tokens.spacingHorizontalM,
    alignItems: "start",
  },
});

type TextField = Exclude<keyof ModelDraft, "provider" | "is_default" | "removes_key">;

export interface ModelFieldsProps {
  draft: ModelDraft;
  /** The stored key's end; undefined without one. */
  masked: string | undefined;
  set: (changes: Partial<ModelDraft>) => void;
  /** `undefined` as long as the reader has not been there. */
  faultOf: (name: TextField) => string | undefined;
}

interface BoxProps extends ModelFieldsProps {
  name: TextField;
  label: string;
  hint?: string;
  isSecret?: boolean;
}

export function TextBox({ draft, set, faultOf, name, label, hint, isSecret = false }: BoxProps) {
  const fault = faultOf(name);
  return (
    <Field
      label={label}
      {...(hint !== undefined && fault === undefined && { hint })}
      {...(fault !== undefined && { validationMessage: fault })}
    >
      <Input
        type={isSecret ? "password" : "text"}
        autoComplete="off"
        spellCheck={false}
        value={draft[name]}
        onChange={(_, { value }) => set({ [name]: value })}
      />
    </Field>
  );
}

export function EndpointFields(props: ModelFieldsProps) {
  const styles = useStyles();
  const { draft, set } = props;
  const isAzure = draft.provider === "azure";
  const example = isAzure
    ? "https://name.openai.azure.com"
    : "https://host/v1: /chat/completions is added";
  return (
    <>
      <div className={styles.row}>
        <Field label="Endpoint">
          <Select
            value={draft.provider}
            onChange={(_, { value }) =>
              set({ provider: value === "azure" ? "azure" : "openai_compatible" })
            }
          >
            <option value="azure">Azure OpenAI</option>
            <option value="openai_compatible">OpenAI-compatible</option>
          </Select>
        </Field>
        <TextBox {...props} name="model_id" label={isAzure ? "Deployment" : "Model"} />
      </div>
      <TextBox {...props} name="api_base" label="Address" hint={example} />
    </>
  );
}

export function KeyFields(props: ModelFieldsProps) {
  const styles = useStyles();
  const { draft, masked, set } = props;
  const isAzure = draft.provider === "azure";
  const without = isAzure
    ? "Left empty: the deployment's managed identity"
    : "Left empty: no key is sent";
  const hint = masked === undefined ? without : `Stored: ${masked}. Left empty it stays.`;
  return (
    <>
      <div className={styles.row}>
        <TextBox {...props} name="api_key" label="API key" hint={hint} isSecret />
        {isAzure && (
          <TextBox
            {...props}
            name="api_version"
            label="API version"
            hint="Left empty: the newest that is known"
          />
        )}
        <TextBox {...props} name="context_tokens" label="Context, tokens" />
      </div>
      {masked !== undefined && (
        <Checkbox
          label="Remove the stored key"
          checked={draft.removes_key}
          onChange={(_, { checked }) => set({ removes_key: checked === true })}
        />
      )}
    </>
  );
}

export function PriceFields(props: ModelFieldsProps) {
  const styles = useStyles();
  return (
    <div className={styles.row}>
      <TextBox
        {...props}
        name="input_per_million"
        label="Input, $ a million tokens"
        hint="Without prices the cost is unknown"
      />
      <TextBox {...props} name="cached_input_per_million" label="Cached input, $" />
      <TextBox {...props} name="output_per_million" label="Output, $" />
    </div>
  );
}
