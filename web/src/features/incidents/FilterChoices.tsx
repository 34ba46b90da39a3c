/** Time range, owner, provider, tag and order of the queue. */
import { Input, makeStyles, Select } from "@fluentui/react-components";
import { useState } from "react";

import type { FilterProps } from "./filters.ts";
import { DEFAULT_TIMESPAN, filtersOf, OWNERS, SORTS, TIMESPANS } from "./filters.ts";
import { useSyncs } from "./queries.ts";

const useStyles = makeStyles({
  root: { display: "flex", gap: "4px", alignItems: "center", flexWrap: "wrap" },
  tag: { width: "104px" },
});

interface Option {
  value: string;
  word: string;
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly Option[];
  /** Pixels: a long option does not widen the bar. */
  width: number;
  onChoose: (value: string) => void;
}

export function FilterChoices({
  filters,
  onFilters,
  owners,
}: FilterProps & { owners: readonly string[] }) {
  const styles = useStyles();
  const providers = useSyncs().data?.syncs ?? [];
  // filtersOf knows which values there are; an empty one reads as absent.
  const set = (name: "timespan" | "owner" | "provider" | "sort", value: string) =>
    onFilters({ ...filters, [name]: filtersOf({ [name]: value })[name] });
  const people = [...new Set([...owners, filters.owner ?? ""])].filter((one) => one.includes("@"));
  return (
    <div className={styles.root}>
      <Choice
        label="Changed within"
        width={92}
        value={filters.timespan ?? DEFAULT_TIMESPAN}
        options={TIMESPANS}
        onChoose={(value) => set("timespan", value === DEFAULT_TIMESPAN ? "" : value)}
      />
      <Choice
        label="Assigned to"
        width={104}
        value={filters.owner ?? ""}
        options={[
          { value: "", word: "Anyone" },
          ...OWNERS,
          ...people.map((value) => ({ value, word: value })),
        ]}
        onChoose={(value) => set("owner", value)}
      />
      {(providers.length > 1 || filters.provider !== undefined) && (
        <Choice
          label="Provider"
          width={124}
          value={filters.provider ?? ""}
          options={[
            { value: "", word: "All providers" },
            ...providers.map((one) => ({ value: one.provider_id, word: one.provider })),
          ]}
          onChoose={(value) => set("provider", value)}
        />
      )}
      <TagBox filters={filters} onFilters={onFilters} />
      <Choice
        label="Order"
        width={128}
        value={filters.sort ?? SORTS[0].value}
        options={SORTS}
        onChoose={(value) => set("sort", value === SORTS[0].value ? "" : value)}
      />
    </div>
  );
}

function Choice({ label, value, options, width, onChoose }: ChoiceProps) {
  return (
    <Select
      size="small"
      style={{ width }}
      aria-label={label}
      value={value}
      onChange={(_, data) => onChoose(data.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.word}
        </option>
      ))}
    </Select>
  );
}

function TagBox({ filters, onFilters }: FilterProps) {
  const styles = useStyles();
  const inAddress = filters.tag ?? "";
  const [text, setText] = useState(inAddress);
  const [seen, setSeen] = useState(inAddress);
  if (seen !== inAddress) {
    setSeen(inAddress);
    setText(inAddress);
  }
  const commit = () => {
    const tag = text.trim();
    if (tag !== inAddress) onFilters({ ...filters, tag: tag === "" ? undefined : tag });
  };
  return (
    <Input
      size="small"
      className={styles.tag}
      aria-label="Tag"
      placeholder="Tag"
      maxLength={64}
      value={text}
      onChange={(_, { value }) => setText(value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}
