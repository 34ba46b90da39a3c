/** Which model judges besides the rules: the default, one by its name, or none. */
import { Field, Select } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../../api/context.ts";
import { modelNamesOptions } from "./queries.ts";
import { RULES_ONLY } from "./startDraft.ts";

interface Props {
  /** A name; empty for the default, `RULES_ONLY` for none. */
  value: string;
  onChange: (value: string) => void;
}

export function ModelChoice({ value, onChange }: Props) {
  const known = useQuery(modelNamesOptions(useApi()));
  const models = known.data?.items ?? [];
  const usual = models.find(({ is_default }) => is_default);
  const isGone =
    known.isSuccess && value !== "" && value !== RULES_ONLY && !models.some(isNamed(value));
  const hint = known.isSuccess && models.length === 0 ? "No model is set up." : undefined;
  return (
    <Field
      label="Model"
      {...(hint !== undefined && { hint })}
      {...(isGone && { validationMessage: `${value} is not set up any more.` })}
    >
      <Select value={value} onChange={(_, chosen) => onChange(chosen.value)}>
        <option value="">{known.isSuccess ? defaultWords(usual?.model_name) : "Default"}</option>
        {models.map(({ model_name }) => (
          <option key={model_name} value={model_name}>
            {model_name}
          </option>
        ))}
        {isGone && <option value={value}>{value}</option>}
        <option value={RULES_ONLY}>Rules only, no model</option>
      </Select>
    </Field>
  );
}

const defaultWords = (name: string | undefined): string =>
  name === undefined ? "Default: rules only" : `Default: ${name}`;

const isNamed =
  (name: string) =>
  ({ model_name }: { model_name: string }): boolean =>
    model_name === name;
