/** One provider of the list: how it is, and what can be done with it. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { CopyButtons } from "../../components/CopyButtons.tsx";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Age } from "../../components/Time.tsx";
import { CheckList } from "./CheckList.tsx";
import { DeleteDialog } from "./DeleteDialog.tsx";
import { HealthWord } from "./HealthWord.tsx";
import { INTERVALS } from "./draft.ts";
import { type ListedProvider, useProviderActs } from "./queries.ts";
import { SetAsideRows } from "./SetAsideRows.tsx";

const useStyles = makeStyles({
  root: {
    padding: tokens.spacingHorizontalM,
    marginBottom: tokens.spacingVerticalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  top: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "6px 12px" },
  name: { margin: 0, fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  actions: { display: "flex", flexWrap: "wrap", gap: "6px", marginLeft: "auto" },
  edit: { alignSelf: "center", padding: "0 8px", color: tokens.colorBrandForegroundLink },
  facts: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(460px, 100%), 1fr))",
    gap: "4px 16px",
    margin: "8px 0 0",
    fontSize: tokens.fontSizeBase200,
    "& div": { display: "flex", gap: "6px", alignItems: "center", minWidth: 0 },
    "& dt": { color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
    "& dd": { margin: 0, minWidth: 0, overflowWrap: "anywhere" },
  },
  failing: { margin: "8px 0 0", color: tokens.colorStatusDangerForeground1 },
  mono: { fontFamily: tokens.fontFamilyMonospace },
});

export function ProviderCard({ provider }: { provider: ListedProvider }) {
  const styles = useStyles();
  const acts = useProviderActs(provider.id);
  const { test, makeDefault, remove } = acts;
  const [isDeleting, setDeleting] = useState(false);
  const error = test.error ?? makeDefault.error ?? remove.error;
  return (
    <li className={styles.root}>
      <div className={styles.top}>
        <h2 className={styles.name}>
          <OutsideText text={provider.name} />
        </h2>
        {provider.is_default && <Tag isStrong>Default</Tag>}
        <HealthWord provider={provider} />
        <Actions provider={provider} acts={acts} onDelete={() => setDeleting(true)} />
      </div>
      <Facts provider={provider} />
      {error !== null && <Failure error={error} />}
      {provider.last_sync.error !== null && (
        <p className={styles.failing}>
          The last sync failed: <OutsideText text={provider.last_sync.error.detail} />
        </p>
      )}
      <SetAsideRows provider={provider} />
      {provider.last_health_checks.length > 0 && <CheckList checks={provider.last_health_checks} />}
      {isDeleting && (
        <DeleteDialog
          provider={provider}
          onClose={() => setDeleting(false)}
          onDelete={() => {
            setDeleting(false);
            remove.mutate();
          }}
        />
      )}
    </li>
  );
}

interface ActionsProps {
  provider: ListedProvider;
  acts: ReturnType<typeof useProviderActs>;
  onDelete: () => void;
}

function Actions({ provider, acts: { test, makeDefault, remove }, onDelete }: ActionsProps) {
  const styles = useStyles();
  return (
    <div className={styles.actions}>
      <Button size="small" disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? <Spinner size="extra-tiny" label="Testing" /> : "Test"}
      </Button>
      <Link
        to="/admin/siem-providers"
        search={{ edit: provider.id }}
        className={styles.edit}
        aria-label={`Edit ${provider.name}`}
      >
        Edit
      </Link>
      {!provider.is_default && (
        <Button size="small" disabled={makeDefault.isPending} onClick={() => makeDefault.mutate()}>
          Make default
        </Button>
      )}
      <Button size="small" disabled={remove.isPending} onClick={onDelete}>
        Delete
      </Button>
    </div>
  );
}

function Facts({ provider }: { provider: ListedProvider }) {
  const styles = useStyles();
  const bySecret = provider.auth === "client_secret";
  return (
    <dl className={styles.facts}>
      <div>
        <dt>Workspace</dt>
        <dd className={styles.mono}>
          {provider.workspace_id} <CopyButtons value={provider.workspace_id} />
        </dd>
      </div>
      <div>
        <dt>Signs in with</dt>
        <dd>
          {bySecret
            ? `app ${provider.client_id ?? ""}, secret ${provider.client_secret_masked ?? "missing"}`
            : "managed identity"}
        </dd>
      </div>
      <div>
        <dt>Incident sync</dt>
        <dd>{provider.sync_enabled ? `every ${durationWords(provider.sync_interval)}` : "off"}</dd>
      </div>
      <div>
        <dt>Last sync</dt>
        <dd>{lastSyncOf(provider)}</dd>
      </div>
      <div>
        <dt>Write-back</dt>
        <dd>{provider.writeback_enabled ? "allowed" : "off"}</dd>
      </div>
      <div>
        <dt>Last test</dt>
        <dd>
          {provider.last_health_check === null ? "never" : <Age at={provider.last_health_check} />}
        </dd>
      </div>
      <div>
        <dt>Added by</dt>
        <dd>
          <OutsideText text={provider.created_by ?? "the setup"} />
        </dd>
      </div>
    </dl>
  );
}

/** When the last sync that went well began. */
function lastSyncOf({ sync_enabled, last_sync: { last_success_at: at } }: ListedProvider) {
  if (at !== null) return <Age at={at} />;
  return sync_enabled ? "none has gone well yet" : "never";
}

const durationWords = (duration: string): string =>
  INTERVALS.find(([value]) => value === duration)?.[1] ?? duration;
