/** One model: how it is, what it costs, and what can be done with it. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { ModelView } from "../../../../shared/schemas/models.ts";
import { ConfirmDialog } from "../../components/ConfirmDialog.tsx";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Age } from "../../components/Time.tsx";
import { type TestReply, useModelActs } from "./queries.ts";

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
  good: { color: "var(--good)" },
  bad: { color: "var(--severityHigh)" },
  facts: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(300px, 100%), 1fr))",
    gap: "4px 16px",
    margin: "8px 0 0",
    fontSize: tokens.fontSizeBase200,
    "& div": { display: "flex", gap: "6px", minWidth: 0 },
    "& dt": { color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
    "& dd": { margin: 0, minWidth: 0, overflowWrap: "anywhere" },
  },
  checks: { margin: "8px 0 0", paddingLeft: "18px", fontSize: tokens.fontSizeBase200 },
  reply: { marginTop: "8px" },
});

export function ModelCard({ model }: { model: ModelView }) {
  const styles = useStyles();
  const acts = useModelActs(model.model_name);
  const [isRemoving, setRemoving] = useState(false);
  const error = acts.test.error ?? acts.makeDefault.error ?? acts.remove.error;
  return (
    <li className={styles.root}>
      <div className={styles.top}>
        <h2 className={styles.name}>{model.model_name}</h2>
        {model.is_default && <Tag isStrong>Default</Tag>}
        {model.source === "settings" && <Tag>of the deployment</Tag>}
        <Health model={model} />
        <Actions model={model} acts={acts} onRemove={() => setRemoving(true)} />
      </div>
      <Facts model={model} />
      {error !== null && <Failure error={error} />}
      {acts.test.data !== undefined && <Checks reply={acts.test.data} />}
      {isRemoving && (
        <ConfirmDialog
          title={`Remove ${model.model_name}?`}
          act="Remove"
          onClose={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false);
            acts.remove.mutate();
          }}
        >
          <p>
            Its key is deleted. Investigations under way that use it end with the rules&apos;
            report; past ones stay as they are.
          </p>
        </ConfirmDialog>
      )}
    </li>
  );
}

interface ActionsProps {
  model: ModelView;
  acts: ReturnType<typeof useModelActs>;
  onRemove: () => void;
}

/** A model of the deployment can be tested, not changed. */
function Actions({ model, acts: { test, makeDefault, remove }, onRemove }: ActionsProps) {
  const styles = useStyles();
  const isOwn = model.source === "tenant";
  return (
    <div className={styles.actions}>
      <Button size="small" disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? <Spinner size="extra-tiny" label="Testing" /> : "Test"}
      </Button>
      {isOwn && (
        <Link
          to="/admin/models"
          search={{ edit: model.model_name }}
          className={styles.edit}
          aria-label={`Edit ${model.model_name}`}
        >
          Edit
        </Link>
      )}
      {isOwn && !model.is_default && (
        <Button size="small" disabled={makeDefault.isPending} onClick={() => makeDefault.mutate()}>
          Make default
        </Button>
      )}
      {isOwn && (
        <Button size="small" disabled={remove.isPending} onClick={onRemove}>
          Remove
        </Button>
      )}
    </div>
  );
}

function Health({ model: { last_test: last } }: { model: ModelView }) {
  const styles = useStyles();
  if (last === null) return <span>○ never tested</span>;
  return last.status === "healthy" ? (
    <span className={styles.good}>
      ● healthy, tested: <Age at={last.at} />
    </span>
  ) : (
    <span className={styles.bad}>
      ▲ failed, tested: <Age at={last.at} />
    </span>
  );
}

function Facts({ model }: { model: ModelView }) {
  const styles = useStyles();
  const facts = [
    ["Endpoint", model.provider === "azure" ? "Azure OpenAI" : "OpenAI-compatible"],
    [model.provider === "azure" ? "Deployment" : "Model", model.model_id],
    ["Address", model.api_base],
    ["Signs in with", signInWords(model)],
    ["Prices", pricesWords(model)],
    ["Context", `${model.context_tokens.toLocaleString("en")} tokens`],
    ["Understands", abilityWords(model)],
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <OutsideText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const signInWords = ({ auth, api_key_masked }: ModelView): string =>
  auth === "api_key"
    ? `key ${api_key_masked ?? ""}`
    : auth === "managed_identity"
      ? "managed identity"
      : "nothing";

const pricesWords = ({ prices }: ModelView): string =>
  prices === null
    ? "not set: its cost is unknown"
    : `$${prices.input_per_million} in, $${prices.output_per_million} out, a million tokens`;

function abilityWords({ abilities: { tools, json_schema, streaming } }: ModelView): string {
  const words = [
    tools === true ? "tools" : tools === false ? "no tools: by instruction" : undefined,
    json_schema === true ? "schema" : json_schema === false ? "no schema: validated" : undefined,
    streaming === "none" ? "no streams" : undefined,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? "not known before the first exchange" : words.join(", ");
}

const SIGN = { ok: "●", fallback: "◆", failed: "▲", skipped: "○" } as const;

function Checks({ reply }: { reply: TestReply }) {
  const styles = useStyles();
  return (
    <div className={styles.reply}>
      <output>
        <b>{reply.message}</b> ({Math.round(reply.latency_ms)} ms)
      </output>
      <ul className={styles.checks} aria-label="Checks">
        {reply.checks.map((check) => (
          <li key={check.name}>
            <span aria-hidden>{SIGN[check.state]}</span> {check.name.replace("_", " ")},{" "}
            {check.state}: <OutsideText text={check.detail} />
          </li>
        ))}
      </ul>
    </div>
  );
}
