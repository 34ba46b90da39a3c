/** Admin > Webhooks: who is told outside the page, what was delivered, and what died on the way. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { useApi } from "../../api/context.ts";
import type { WebhooksSearch } from "../../app/pageSearch.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { Forbidden } from "../signIn/Forbidden.tsx";
import { useMay } from "../signIn/me.ts";
import { DeadLetters } from "./DeadLetters.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { webhookOptions, webhooksOptions } from "./queries.ts";
import { WebhookCard } from "./WebhookCard.tsx";
import { WebhookForm } from "./WebhookForm.tsx";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1200px" },
  parts: { display: "flex", gap: "16px", marginBottom: "10px" },
  part: {
    padding: "6px 2px",
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    borderBottom: "3px solid transparent",
  },
  open: {
    borderBottomColor: tokens.colorCompoundBrandStroke,
    fontWeight: tokens.fontWeightSemibold,
    "@media (forced-colors: active)": { borderBottomColor: "Highlight" },
  },
  add: {
    padding: "5px 12px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: "none",
  },
  list: { listStyleType: "none", padding: 0, margin: `${tokens.spacingVerticalM} 0` },
});

interface Props {
  search: WebhooksSearch;
  onSearch: (search: WebhooksSearch) => void;
}

const PARTS = [
  [undefined, "Webhooks"],
  ["deliveries", "Deliveries"],
  ["dead-letters", "Dead letters"],
] as const;

export function WebhooksPage({ search, onSearch }: Props) {
  const styles = useStyles();
  useTitle("Webhooks");
  const may = useMay("webhooks:manage");
  if (!may)
    return <Forbidden what="Managing webhooks, deliveries and dead letters" needs="admin" />;
  return (
    <div className={styles.root}>
      <nav aria-label="Parts of the page" className={styles.parts}>
        {PARTS.map(([tab, words]) => (
          <Link
            key={words}
            to="/admin/webhooks"
            search={tab === undefined ? {} : { tab }}
            className={mergeClasses(styles.part, search.tab === tab && styles.open)}
            {...(search.tab === tab && { "aria-current": "page" })}
          >
            {words}
          </Link>
        ))}
      </nav>
      {search.tab === "deliveries" && <Deliveries search={search} onSearch={onSearch} />}
      {search.tab === "dead-letters" && <DeadLetters />}
      {search.tab === undefined && <Webhooks edit={search.edit} onClose={() => onSearch({})} />}
    </div>
  );
}

function Webhooks({ edit, onClose }: { edit: string | undefined; onClose: () => void }) {
  const styles = useStyles();
  const found = useQuery(webhooksOptions(useApi()));
  const items = found.data?.items ?? [];
  if (edit === "new") return <WebhookForm held={undefined} onClose={onClose} />;
  if (edit !== undefined) return <EditWebhook key={edit} id={edit} onClose={onClose} />;
  const off = items.filter(({ status }) => status === "disabled").length;
  return (
    <Section
      title="Webhooks"
      isPage
      aside={found.data && `${items.length - off} on${off > 0 ? `, ${off} off` : ""}`}
      end={
        <Link to="/admin/webhooks" search={{ edit: "new" }} className={styles.add}>
          Add webhook
        </Link>
      }
    >
      {found.isPending && <SkeletonRows rows={4} label="Loading webhooks" />}
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <Notice title="No system is told of anything yet">
          A webhook tells a SOAR system, Slack or Teams of new incidents, finished investigations
          and stopped schedules: signed, tried again for three days, and never twice under two ids.
        </Notice>
      )}
      {items.length > 0 && (
        <ul className={styles.list} aria-label="Webhooks">
          {items.map((webhook) => (
            <WebhookCard key={webhook.id} webhook={webhook} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function EditWebhook({ id, onClose }: { id: string; onClose: () => void }) {
  // Always asked anew: what the list knows may be minutes old.
  const found = useQuery({ ...webhookOptions(useApi(), id), gcTime: 0 });
  if (found.data !== undefined) return <WebhookForm held={found.data} onClose={onClose} />;
  return (
    <Section title="Edit webhook" isPage>
      {found.isPending && <SkeletonRows rows={4} label="Loading the webhook" />}
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
    </Section>
  );
}
