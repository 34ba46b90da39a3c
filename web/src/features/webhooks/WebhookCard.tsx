/** One webhook: how it is, what it is told of, and what can be done with it. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { WebhookView } from "../../../../shared/schemas/webhooks.ts";
import { ConfirmDialog } from "../../components/ConfirmDialog.tsx";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Ago } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { EVENT_WORDS } from "../notifications/eventWords.ts";
import { useWebhookActs } from "./queries.ts";
import { SecretNotice } from "./SecretNotice.tsx";

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
  link: { alignSelf: "center", padding: "0 8px", color: tokens.colorBrandForegroundLink },
  good: { color: "var(--good)" },
  bad: { color: "var(--severityHigh)" },
  facts: { margin: "6px 0 0", overflowWrap: "anywhere" },
});

const FORMAT_WORDS = { standard: "Signed JSON", slack: "Slack", teams: "Teams" } as const;

export function WebhookCard({ webhook }: { webhook: WebhookView }) {
  const styles = useStyles();
  const acts = useWebhookActs(webhook.id);
  const [isRemoving, setRemoving] = useState(false);
  const { test, turn, rotate, remove } = acts;
  const error = test.error ?? turn.error ?? rotate.error ?? remove.error;
  const events = webhook.events.map((event) => EVENT_WORDS[event].title.toLowerCase()).join(", ");
  return (
    <li className={styles.root}>
      <div className={styles.top}>
        <h2 className={styles.name}>
          <OutsideText text={webhook.name} limit={100} />
        </h2>
        <Tag>{FORMAT_WORDS[webhook.format]}</Tag>
        <Health webhook={webhook} />
        <Actions webhook={webhook} acts={acts} onRemove={() => setRemoving(true)} />
      </div>
      <p className={styles.facts}>
        <OutsideText text={webhook.url} /> · {events} · {webhook.min_severity} and above
        {webhook.previous_secret_until !== null && (
          <> · the old secret signs until {webhook.previous_secret_until.slice(0, 16)}Z</>
        )}
      </p>
      {error !== null && <Failure error={error} />}
      {test.data !== undefined && (
        <p className={test.data.status === "delivered" ? styles.good : styles.bad}>
          <output>
            {test.data.status === "delivered" ? "● Test delivered" : "▲ Test failed"}:{" "}
            {test.data.detail} ({test.data.latency_ms} ms)
          </output>
        </p>
      )}
      {rotate.data?.secret !== undefined && (
        <SecretNotice secret={rotate.data.secret} onDone={() => rotate.reset()} />
      )}
      {isRemoving && (
        <ConfirmDialog
          title={`Remove ${webhook.name}?`}
          act="Remove"
          onClose={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false);
            remove.mutate(undefined);
          }}
        >
          <p>Its address and secret are deleted, and what still waits for it is cancelled.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

/** Green is for what arrived: what waits may wait for a receiver that fails. */
const MARKS = {
  delivered: ["●", "good"],
  failed: ["▲", "bad"],
  pending: ["○", undefined],
  cancelled: ["○", undefined],
} as const;

function Health({ webhook: { status, disabled_reason, last_delivery } }: { webhook: WebhookView }) {
  const styles = useStyles();
  if (status === "disabled") {
    const why = disabled_reason === "gone" ? "off: the receiver answered that it is gone" : "off";
    return <span className={styles.bad}>▲ {why}</span>;
  }
  if (last_delivery === null) return <span>○ nothing sent yet</span>;
  const [mark, style] = MARKS[last_delivery.status];
  return (
    <span className={style === undefined ? undefined : styles[style]}>
      {mark} last one {plainWords(last_delivery.status).toLowerCase()} <Ago at={last_delivery.at} />
    </span>
  );
}

interface ActionsProps {
  webhook: WebhookView;
  acts: ReturnType<typeof useWebhookActs>;
  onRemove: () => void;
}

function Actions({ webhook, acts: { test, turn, rotate, remove }, onRemove }: ActionsProps) {
  const styles = useStyles();
  const isOn = webhook.status === "active";
  return (
    <div className={styles.actions}>
      <Button size="small" disabled={test.isPending} onClick={() => test.mutate(undefined)}>
        {test.isPending ? <Spinner size="extra-tiny" label="Sending" /> : "Send a test"}
      </Button>
      <Link
        to="/admin/webhooks"
        search={{ tab: "deliveries", webhook: webhook.id }}
        className={styles.link}
        aria-label={`Deliveries of ${webhook.name}`}
      >
        Deliveries
      </Link>
      <Link
        to="/admin/webhooks"
        search={{ edit: webhook.id }}
        className={styles.link}
        aria-label={`Edit ${webhook.name}`}
      >
        Edit
      </Link>
      {webhook.format === "standard" && (
        <Button size="small" disabled={rotate.isPending} onClick={() => rotate.mutate(undefined)}>
          New secret
        </Button>
      )}
      <Button
        size="small"
        disabled={turn.isPending}
        onClick={() => turn.mutate(isOn ? "disabled" : "active")}
      >
        {isOn ? "Turn off" : "Turn on"}
      </Button>
      <Button size="small" disabled={remove.isPending} onClick={onRemove}>
        Remove
      </Button>
    </div>
  );
}
