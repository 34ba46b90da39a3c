/** Filters of the queue; every change goes into the page's address. */
import { Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { Search16Regular } from "@fluentui/react-icons/svg/search";
import { useEffect, useMemo, useState } from "react";
import type { RefObject } from "react";

import type { IncidentStatus, IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import type { Severity } from "../../../../shared/schemas/severity.ts";
import { Chip } from "../../components/Chip.tsx";
import { SEVERITIES, SEVERITY_WORD, SeverityShape } from "../../components/Severity.tsx";
import { STATUS_WORD } from "../../components/words.ts";
import {
  DEFAULT_TIMESPAN,
  filtersOf,
  OWNERS,
  SORTS,
  STATUSES,
  TIMESPANS,
  toggled,
} from "./filters.ts";
import type { QueueFilters } from "./filters.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: `6px ${tokens.spacingHorizontalM}`,
    padding: `6px ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  group: {
    border: "none",
    margin: 0,
    padding: 0,
    minWidth: 0,
    display: "flex",
    gap: "4px",
    alignItems: "center",
    flexWrap: "wrap",
  },
  search: { width: "240px" },
  select: { minWidth: "104px" },
});

const SEARCH_DELAY_MS = 250;

interface Props {
  filters: QueueFilters;
  onFilters: (filters: QueueFilters) => void;
  /** What is loaded: the chips count it. */
  rows: readonly IncidentSummary[];
  searchRef: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ filters, onFilters, rows, searchRef }: Props) {
  const styles = useStyles();
  const counts = useMemo(() => countsOf(rows), [rows]);
  return (
    <search className={styles.root} aria-label="Filter incidents">
      <SeverityChips filters={filters} onFilters={onFilters} counts={counts} />
      <StatusChips filters={filters} onFilters={onFilters} counts={counts} />
      <Choices filters={filters} onFilters={onFilters} />
      <SearchBox filters={filters} onFilters={onFilters} searchRef={searchRef} />
    </search>
  );
}

type PartProps = Pick<Props, "filters" | "onFilters">;

/** Loaded rows by severity and by status; the two have no name in common. */
type Counts = ReadonlyMap<Severity | IncidentStatus, number>;
interface Counted {
  counts: Counts;
}

function countsOf(rows: readonly IncidentSummary[]): Counts {
  const counts = new Map<Severity | IncidentStatus, number>();
  for (const row of rows) {
    for (const name of [row.local_severity ?? row.severity, row.status]) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

function SeverityChips({ filters, onFilters, counts }: PartProps & Counted) {
  const styles = useStyles();
  const severity = filters.severity;
  return (
    <fieldset className={styles.group} aria-label="Severity">
      {SEVERITIES.map((each) => (
        <Chip
          key={each}
          isOn={severity?.includes(each) ?? false}
          // Rows that the filter keeps away were not counted, so nothing is said about them.
          count={
            severity === undefined || severity.includes(each) ? (counts.get(each) ?? 0) : undefined
          }
          onToggle={() => onFilters({ ...filters, severity: toggled(severity, each) })}
        >
          <SeverityShape severity={each} />
          {SEVERITY_WORD[each]}
        </Chip>
      ))}
    </fieldset>
  );
}

function StatusChips({ filters, onFilters, counts }: PartProps & Counted) {
  const styles = useStyles();
  const status = filters.status;
  return (
    <fieldset className={styles.group} aria-label="Status">
      {STATUSES.map((each) => (
        <Chip
          key={each}
          isOn={status?.includes(each) ?? false}
          count={
            status === undefined || status.includes(each) ? (counts.get(each) ?? 0) : undefined
          }
          onToggle={() => onFilters({ ...filters, status: toggled(status, each) })}
        >
          {STATUS_WORD[each]}
        </Chip>
      ))}
    </fieldset>
  );
}

function Choices({ filters, onFilters }: PartProps) {
  const styles = useStyles();
  // filtersOf knows which values there are; an empty one reads as absent.
  const set = (name: "timespan" | "owner" | "sort", value: string) =>
    onFilters({ ...filters, [name]: filtersOf({ [name]: value })[name] });
  return (
    <div className={styles.group}>
      <Select
        size="small"
        className={styles.select}
        aria-label="Changed within"
        value={filters.timespan ?? DEFAULT_TIMESPAN}
        onChange={(_, { value }) => set("timespan", value === DEFAULT_TIMESPAN ? "" : value)}
      >
        {TIMESPANS.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Select
        size="small"
        className={styles.select}
        aria-label="Assigned to"
        value={filters.owner ?? ""}
        onChange={(_, { value }) => set("owner", value)}
      >
        <option value="">Anyone</option>
        {OWNERS.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Select
        size="small"
        className={styles.select}
        aria-label="Order"
        value={filters.sort ?? SORTS[0].value}
        onChange={(_, { value }) => set("sort", value === SORTS[0].value ? "" : value)}
      >
        {SORTS.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
    </div>
  );
}

function SearchBox({ filters, onFilters, searchRef }: PartProps & Pick<Props, "searchRef">) {
  const styles = useStyles();
  const inAddress = filters.q ?? "";
  const [text, setText] = useState(inAddress);
  // Back and forward change the address: the box follows.
  const [seen, setSeen] = useState(inAddress);
  if (seen !== inAddress) {
    setSeen(inAddress);
    setText(inAddress);
  }
  useEffect(() => {
    if (text.trim() === inAddress) return undefined;
    const timer = setTimeout(
      () => onFilters({ ...filters, q: text.trim() === "" ? undefined : text.trim() }),
      SEARCH_DELAY_MS,
    );
    return () => clearTimeout(timer);
  }, [text, inAddress, filters, onFilters]);
  return (
    <Input
      input={{ ref: searchRef }}
      className={styles.search}
      size="small"
      type="search"
      aria-label="Search incidents"
      placeholder="Search title, number, tag ( / )"
      contentBefore={<Search16Regular aria-hidden />}
      value={text}
      onChange={(_, { value }) => setText(value)}
      onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
    />
  );
}
