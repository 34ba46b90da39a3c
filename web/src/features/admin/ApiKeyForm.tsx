/** Makes an API key: a name, what it may do, how long, how much and from where. */
import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  Textarea,
  tokens,
} from "@fluentui/react-components";
import { useState } from "react";

import type { IssuedApiKey } from "../../../../shared/schemas/apiKeys.ts";
import { ApiError } from "../../api/problem.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { useMe } from "../signIn/me.ts";
import { type NewApiKey, useApiKeyActs } from "./queries.ts";

const useStyles = makeStyles({
  form: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    maxWidth: "760px",
  },
  row: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(200px, 1fr))",
    gap: tokens.spacingHorizontalM,
    alignItems: "start",
  },
  scopes: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(210px, 1fr))",
  },
  group: { border: "none", margin: 0, padding: 0 },
  legend: { padding: 0 },
  fault: { color: tokens.colorPaletteRedForeground1, fontSize: tokens.fontSizeBase200 },
  end: { display: "flex", gap: "8px" },
});

/** Administration is for people; the server refuses it as a scope. */
const isForPeople = (permission: string): boolean =>
  /:manage$|^users:|^audit:|^health:|^incidents:sync$/.test(permission);

const EMPTY = {
  name: "",
  description: "",
  scopes: ["incidents:read", "investigations:read"] as string[],
  expires_in_days: "365",
  rate_limit_per_minute: "100",
  allowed_cidrs: "",
};
type Draft = typeof EMPTY;

const bodyOf = (draft: Draft): NewApiKey => ({
  name: draft.name,
  description: draft.description,
  scopes: draft.scopes,
  expires_in_days: Number(draft.expires_in_days),
  rate_limit_per_minute: Number(draft.rate_limit_per_minute),
  allowed_cidrs: draft.allowed_cidrs.split(/[\s,]+/).filter((one) => one !== ""),
});

/** What the server said of a field; undefined when it said nothing of it. */
function faultOf(error: unknown, name: keyof Draft): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const { errors = [] } = error.problem;
  return errors.find(({ pointer }) => pointer.split("/")[1] === name)?.detail;
}

/** Whether each fault stands at its field already. */
const isAboutFields = (error: unknown): boolean =>
  error instanceof ApiError && (error.problem.errors ?? []).length > 0;

interface Props {
  onClose: () => void;
  onIssued: (key: IssuedApiKey) => void;
}

export function ApiKeyForm({ onClose, onIssued }: Props) {
  const styles = useStyles();
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const { create } = useApiKeyActs();
  const set = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const fields = { draft, set, error: create.error };
  return (
    <Section title="Create API key" isPage>
      <form
        className={styles.form}
        aria-label="Create API key"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(bodyOf(draft), { onSuccess: onIssued });
        }}
      >
        <Box {...fields} name="name" label="Name" hint="The integration that uses it, e.g. XSOAR" />
        <Box {...fields} name="description" label="Description (optional)" />
        <Scopes {...fields} />
        <div className={styles.row}>
          <Box {...fields} name="expires_in_days" label="Expires in days" type="number" />
          <Box {...fields} name="rate_limit_per_minute" label="Requests a minute" type="number" />
        </div>
        <Networks {...fields} />
        {create.isError && !isAboutFields(create.error) && <Failure error={create.error} />}
        <div className={styles.end}>
          <Button type="submit" appearance="primary" disabled={create.isPending}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Section>
  );
}

const validation = (fault: string | undefined) =>
  fault === undefined ? {} : { validationMessage: fault };

interface FieldProps {
  draft: Draft;
  set: (changes: Partial<Draft>) => void;
  error: unknown;
}

interface BoxProps extends FieldProps {
  name: Exclude<keyof Draft, "scopes">;
  label: string;
  hint?: string;
  type?: "text" | "number";
}

const Box = ({ draft, set, error, name, label, hint, type = "text" }: BoxProps) => (
  <Field label={label} {...(hint !== undefined && { hint })} {...validation(faultOf(error, name))}>
    <Input
      type={type}
      autoComplete="off"
      value={draft[name]}
      onChange={(_, { value }) => set({ [name]: value })}
    />
  </Field>
);

function Scopes({ draft, set, error }: FieldProps) {
  const styles = useStyles();
  const { permissions } = useMe();
  const fault = faultOf(error, "scopes");
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>What it may do: no more than the integration needs</legend>
      <div className={styles.scopes}>
        {permissions
          .filter((permission) => !isForPeople(permission))
          .map((scope) => (
            <Checkbox
              key={scope}
              label={scope}
              checked={draft.scopes.includes(scope)}
              onChange={(_, { checked }) => {
                const others = draft.scopes.filter((one) => one !== scope);
                set({ scopes: checked === true ? [...others, scope] : others });
              }}
            />
          ))}
      </div>
      {fault !== undefined && (
        <div role="alert" className={styles.fault}>
          {fault}
        </div>
      )}
    </fieldset>
  );
}

function Networks({ draft, set, error }: FieldProps) {
  return (
    <Field
      label="Networks that it may be used from (optional)"
      hint="One a line, e.g. 203.0.113.0/24; empty means anywhere"
      {...validation(faultOf(error, "allowed_cidrs"))}
    >
      <Textarea
        value={draft.allowed_cidrs}
        onChange={(_, { value }) => set({ allowed_cidrs: value })}
      />
    </Field>
  );
}
