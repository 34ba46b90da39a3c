/** The delivery log: what went to whom, with which answer, and beginning it anew. */
import { makeStyles, Select } from "@fluentui/react-components";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { useApi } from "../../api/context.ts";
import type { WebhooksSearch } from "../../app/pageSearch.ts";
import { Notice } from "../../components/Notice.tsx";
import { itemsOf, Paged } from "../../components/Paged.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { DeliveryRow } from "./DeliveryRow.tsx";
import { deliveriesOptions, webhooksOptions } from "./queries.ts";
import { RedeliverRange } from "./RedeliverRange.tsx";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "12px", margin: "8px 0" },
});

const STATUSES = ["pending", "delivered", "failed", "cancelled"] as const;

interface Props {
  search: WebhooksSearch;
  onSearch: (search: WebhooksSearch) => void;
}

export function Deliveries({ search, onSearch }: Props) {
  const api = useApi();
  const { webhook, status } = search;
  const pages = useInfiniteQuery(deliveriesOptions(api, { webhook, status }));
  const read = itemsOf(pages);
  const failed = read.filter((item) => item.status === "failed").length;
  return (
    <Section
      title="Deliveries"
      isPage
      // Older pages are not read yet: the figure says what it rests on.
      aside={read.length === 0 ? undefined : `${failed} failed of the newest ${read.length}`}
    >
      <Filters search={search} onSearch={onSearch} />
      <RedeliverRange key={webhook} webhook={webhook} />
      <Paged
        found={pages}
        what="deliveries"
        more="Show older ones"
        empty={
          <Notice title="No deliveries">
            Nothing was sent to mail, chat or webhooks that fits these filters. Deliveries are kept
            for 100 days.
          </Notice>
        }
      >
        {(items) => (
          <Table
            label="Deliveries"
            head={["When", "Event", "To", "State", "Last attempt", "Hash", ""]}
          >
            {items.map((item) => (
              <DeliveryRow key={`${item.target_id}${item.channel}${item.id}`} delivery={item} />
            ))}
          </Table>
        )}
      </Paged>
    </Section>
  );
}

function Filters({ search, onSearch }: Props) {
  const styles = useStyles();
  const known = useQuery(webhooksOptions(useApi()));
  return (
    <div className={styles.bar}>
      <Select
        size="small"
        aria-label="Webhook"
        value={search.webhook ?? ""}
        onChange={(_, { value }) =>
          onSearch({ ...search, webhook: value === "" ? undefined : value })
        }
      >
        <option value="">All channels and webhooks</option>
        {(known.data?.items ?? []).map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        size="small"
        aria-label="State"
        value={search.status ?? ""}
        onChange={(_, { value }) =>
          onSearch({ ...search, status: STATUSES.find((one) => one === value) })
        }
      >
        <option value="">Every state</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {status}
          </option>
        ))}
      </Select>
    </div>
  );
}
