/** Filters of the queue; every change goes into the page's address. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import type { RefObject } from "react";

import { Chip } from "../../components/Chip.tsx";
import { SEVERITIES, SEVERITY_WORD, SeverityShape } from "../../components/Severity.tsx";
import { STATUS_WORD } from "../../components/words.ts";
import { FilterChoices } from "./FilterChoices.tsx";
import { isFiltering, STATUSES, toggled } from "./filters.ts";
import type { FilterProps } from "./filters.ts";
import { SearchBox } from "./SearchBox.tsx";
import type { Counts } from "./useCounts.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "6px 10px",
    padding: `6px ${tokens.spacingHorizontalL} 8px`,
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
});

interface Props extends FilterProps {
  counts: Counts;
  /** Addresses that incidents on the page are assigned to. */
  owners: readonly string[];
  searchRef: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ filters, onFilters, counts, owners, searchRef }: Props) {
  const styles = useStyles();
  const { severity, status } = filters;
  return (
    <search className={styles.root} aria-label="Filter incidents">
      <fieldset className={styles.group} aria-label="Severity">
        {SEVERITIES.map((each) => (
          <Chip
            key={each}
            isOn={severity?.includes(each) ?? false}
            count={counts.get(each)}
            onToggle={() => onFilters({ ...filters, severity: toggled(severity, each) })}
          >
            <SeverityShape severity={each} isColoured />
            {SEVERITY_WORD[each]}
          </Chip>
        ))}
      </fieldset>
      <fieldset className={styles.group} aria-label="Status">
        {STATUSES.map((each) => (
          <Chip
            key={each}
            isOn={status?.includes(each) ?? false}
            count={counts.get(each)}
            onToggle={() => onFilters({ ...filters, status: toggled(status, each) })}
          >
            {STATUS_WORD[each]}
          </Chip>
        ))}
      </fieldset>
      <SearchBox filters={filters} onFilters={onFilters} searchRef={searchRef} />
      <FilterChoices filters={filters} onFilters={onFilters} owners={owners} />
      {isFiltering(filters) && (
        <Button
          size="small"
          appearance="subtle"
          onClick={() => onFilters({ timespan: filters.timespan, sort: filters.sort })}
        >
          Clear
        </Button>
      )}
    </search>
  );
}
