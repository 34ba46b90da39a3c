/** The whole inbox: what happened this and last month, by event, read and unread. */
import { Button, Checkbox, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { useApi } from "../../api/context.ts";
import type { InboxSearch } from "../../app/pageSearch.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { Paged } from "../../components/Paged.tsx";
import { Section } from "../../components/Section.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { InboxLine } from "./InboxLine.tsx";
import { EVENT_WORDS } from "./eventWords.ts";
import { pagesOptions, useMarkRead } from "./queries.ts";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "900px" },
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "12px", margin: "8px 0" },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  settings: { color: tokens.colorBrandForegroundLink },
});

interface Props {
  search: InboxSearch;
  onSearch: (search: InboxSearch) => void;
}

export function NotificationsPage({ search, onSearch }: Props) {
  const styles = useStyles();
  useTitle("Notifications");
  const pages = useInfiniteQuery(pagesOptions(useApi(), search));
  const mark = useMarkRead();
  const unread = pages.data?.pages[0]?.unread;
  return (
    <div className={styles.root}>
      <Section
        title="Notifications"
        isPage
        aside={unread === undefined ? undefined : unread === 0 ? "all read" : `${unread} unread`}
        end={
          <Link to="/settings/notifications" className={styles.settings}>
            What you are told of
          </Link>
        }
      >
        <Filters search={search} onSearch={onSearch}>
          <Button
            size="small"
            disabled={unread === 0 || mark.isPending}
            onClick={() => mark.mutate(undefined)}
          >
            Mark all read
          </Button>
        </Filters>
        {mark.isError && <Failure error={mark.error} />}
        <Paged
          found={pages}
          what="notifications"
          more="Show older ones"
          empty={<Nothing search={search} onSearch={onSearch} />}
        >
          {(items) => (
            <ul className={styles.list} aria-label="Notifications">
              {items.map((item) => (
                <InboxLine
                  key={item.id}
                  item={item}
                  onRead={() => mark.mutate(item.id)}
                  onClose={() => {}}
                />
              ))}
            </ul>
          )}
        </Paged>
      </Section>
    </div>
  );
}

function Filters({ search, onSearch, children }: Props & { children: React.ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.bar}>
      <Checkbox
        label="Unread only"
        checked={search.unread === "true"}
        onChange={(_, { checked }) =>
          onSearch({ ...search, unread: checked === true ? "true" : undefined })
        }
      />
      <Select
        size="small"
        aria-label="Event"
        value={search.event ?? ""}
        onChange={(_, { value }) =>
          onSearch({ ...search, event: value === "" ? undefined : value })
        }
      >
        <option value="">All events</option>
        {Object.entries(EVENT_WORDS).map(([event, { title }]) => (
          <option key={event} value={event}>
            {title}
          </option>
        ))}
      </Select>
      {children}
    </div>
  );
}

function Nothing({ search, onSearch }: Props) {
  const isNarrowed = search.unread !== undefined || search.event !== undefined;
  if (isNarrowed) {
    return (
      <Notice
        title="None of these"
        actions={
          <Button size="small" onClick={() => onSearch({})}>
            Show all
          </Button>
        }
      >
        No notification fits these filters.
      </Notice>
    );
  }
  return (
    <Notice title="Nothing yet">
      You are told here when an incident arrives, an investigation ends or a schedule stops, as far
      as your settings say.
    </Notice>
  );
}
