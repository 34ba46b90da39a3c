/** The controls of a provider's form: each with where to find its value, and its own fault. */
import {
  Checkbox,
  Field,
  Input,
  makeStyles,
  Select,
  Textarea,
  tokens,
} from "@fluentui/react-components";

import { INTERVALS } from "./draft.ts";
import type { DraftField, ProviderDraft } from "./draft.ts";
import type { Faults } from "./faults.ts";

const useStyles = makeStyles({
  group: {
    display: "grid",
    alignItems: "start",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(280px, 100%), 1fr))",
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXL}`,
    margin: `0 0 ${tokens.spacingVerticalL}`,
    padding: 0,
    border: "none",
    minWidth: 0,
  },
  legend: {
    padding: 0,
    marginBottom: "6px",
    fontWeight: tokens.fontWeightSemibold,
  },
});

type TextField = {
  [Name in DraftField]: ProviderDraft[Name] extends boolean ? never : Name;
}[DraftField];
type FlagField = Exclude<DraftField, TextField>;

export interface FieldsProps {
  draft: ProviderDraft;
  faults: Faults;
  set: (changes: Partial<ProviderDraft>) => void;
}

interface OneProps extends FieldsProps {
  name: TextField;
  label: string;
  hint?: string;
  isNeeded?: boolean;
}

/** `exactOptionalPropertyTypes`: an absent message is no property. */
const messageOf = (fault: string | undefined) =>
  fault === undefined ? {} : { validationMessage: fault };

function Text({ draft, faults, set, name, label, hint, isNeeded = false }: OneProps) {
  return (
    <Field
      label={label}
      size="small"
      required={isNeeded}
      {...(hint !== undefined && { hint })}
      {...messageOf(faults[name])}
    >
      <Input
        size="small"
        value={draft[name]}
        autoComplete="off"
        spellCheck={false}
        onChange={(_, { value }) => set({ [name]: value })}
      />
    </Field>
  );
}

interface ChoiceProps extends OneProps {
  options: readonly (readonly [value: string, word: string])[];
}

function Choice({ draft, faults, set, name, label, hint, options }: ChoiceProps) {
  const value = draft[name];
  const isKnown = options.some(([each]) => each === value);
  return (
    <Field
      label={label}
      size="small"
      {...(hint !== undefined && { hint })}
      {...messageOf(faults[name])}
    >
      <Select size="small" value={value} onChange={(_, data) => set({ [name]: data.value })}>
        {!isKnown && <option value={value}>{value}</option>}
        {options.map(([each, word]) => (
          <option key={each} value={each}>
            {word}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function Names(props: OneProps) {
  const { draft, faults, set, name, label, hint } = props;
  return (
    <Field
      label={label}
      size="small"
      {...(hint !== undefined && { hint })}
      {...messageOf(faults[name])}
    >
      <Textarea
        size="small"
        rows={2}
        resize="vertical"
        value={draft[name]}
        spellCheck={false}
        onChange={(_, { value }) => set({ [name]: value })}
      />
    </Field>
  );
}

interface FlagProps extends Pick<FieldsProps, "draft" | "set"> {
  name: FlagField;
  label: string;
}

const Flag = ({ draft, set, name, label }: FlagProps) => (
  <Checkbox
    label={label}
    checked={draft[name]}
    onChange={(_, { checked }) => set({ [name]: checked === true })}
  />
);

const WINDOWS = [
  ["PT1H", "1 hour"],
  ["P1D", "1 day"],
  ["P7D", "7 days"],
  ["P30D", "30 days"],
  ["P90D", "90 days"],
] as const;

/** `mask`: what may be shown of the saved secret; undefined when none is saved. */
export function ConnectionFields(props: FieldsProps & { mask: string | undefined }) {
  const styles = useStyles();
  const { draft, mask } = props;
  const bySecret = draft.auth === "client_secret";
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Connection</legend>
      <Text {...props} name="name" label="Name" isNeeded />
      <Choice
        {...props}
        name="cloud"
        label="Cloud"
        options={[
          ["public", "Azure"],
          ["usgov", "Azure US Government"],
          ["china", "Azure China"],
        ]}
      />
      <Choice
        {...props}
        name="auth"
        label="Signs in with"
        options={[
          ["client_secret", "App registration and secret"],
          ["managed_identity", "Managed identity of this deployment"],
        ]}
      />
      <Text
        {...props}
        name="workspace_id"
        label="Workspace ID"
        hint="Azure Portal > Log Analytics workspace > Properties > Workspace ID"
        isNeeded
      />
      <Text
        {...props}
        name="tenant_id"
        label="Tenant ID"
        hint="Azure Portal > Microsoft Entra ID (Azure Active Directory) > Properties > Tenant ID"
        isNeeded
      />
      <Text
        {...props}
        name="client_id"
        label="Client ID"
        hint={
          bySecret
            ? "Azure Portal > App Registrations > Your app > Application (client) ID"
            : "Only for a user-assigned identity: its client ID"
        }
        isNeeded={bySecret}
      />
      {bySecret && <SecretField {...props} mask={mask} />}
    </fieldset>
  );
}

/** A saved secret can be replaced, never read. */
function SecretField({ draft, faults, set, mask }: FieldsProps & { mask: string | undefined }) {
  const where = "Azure Portal > App Registrations > Your app > Certificates & secrets.";
  const hint =
    mask === undefined
      ? `${where} A reload of the page forgets it.`
      : `Saved: ${mask}. Type a new one to replace it; leave this empty to keep it.`;
  return (
    <Field
      label={mask === undefined ? "Client secret" : "New client secret"}
      size="small"
      required={mask === undefined}
      hint={hint}
      {...messageOf(faults.client_secret)}
    >
      <Input
        size="small"
        type="password"
        autoComplete="new-password"
        value={draft.client_secret}
        onChange={(_, { value }) => set({ client_secret: value })}
      />
    </Field>
  );
}

export function AddressFields(props: FieldsProps) {
  const styles = useStyles();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Where the workspace is (portal links, write-back)</legend>
      <Text {...props} name="subscription_id" label="Subscription ID" />
      <Text {...props} name="resource_group" label="Resource group" />
      <Text {...props} name="workspace_name" label="Workspace name" />
      <Flag {...props} name="writeback_enabled" label="Changes may be written back to Sentinel" />
    </fieldset>
  );
}

export function SyncFields(props: FieldsProps) {
  const styles = useStyles();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Incident sync</legend>
      <Flag {...props} name="sync_enabled" label="Incidents are synchronised" />
      <Choice {...props} name="sync_interval" label="Every" options={INTERVALS} />
      <Choice {...props} name="sync_window" label="The first sync looks back" options={WINDOWS} />
    </fieldset>
  );
}

export function PolicyFields(props: FieldsProps) {
  const styles = useStyles();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>What queries may do (one name a line)</legend>
      <Names {...props} name="allowed_tables" label="Only these tables" hint="Empty: all" />
      <Names {...props} name="denied_tables" label="Never these tables" />
      <Names
        {...props}
        name="allowed_plugins"
        label="Further plugins"
        hint="Besides bag_unpack, narrow and pivot"
      />
      <Names
        {...props}
        name="allowed_scopes"
        label="Functions that reach other workspaces"
        hint="For example: workspace"
      />
      <Flag
        {...props}
        name="needs_time_bound"
        label="Every table needs a bound of its own on TimeGenerated"
      />
    </fieldset>
  );
}
