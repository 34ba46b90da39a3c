/** How far back a hunt looks, or between which two times. */
import { Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { useNow } from "../../components/clock.tsx";
import { intervalOf, isUsable, lastOf, TIMESPANS, withBound } from "./timespans.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
  },
  wrong: { color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
});

const BETWEEN = "between";

interface Props {
  /** A duration, or an interval `from/to`. */
  timespan: string;
  onTimespan: (timespan: string) => void;
}

export function TimeRangeChoice({ timespan, onTimespan }: Props) {
  const styles = useStyles();
  const now = useNow();
  const interval = intervalOf(timespan);
  return (
    <div className={styles.root}>
      {interval !== undefined && (
        <>
          <Moment
            key={`from.${interval.from}`}
            name="From (UTC)"
            value={interval.from}
            onMoment={(from) => onTimespan(withBound(interval, { from }))}
          />
          <Moment
            key={`to.${interval.to}`}
            name="To (UTC)"
            value={interval.to}
            onMoment={(to) => onTimespan(withBound(interval, { to }))}
          />
          {!isUsable(timespan) && (
            <span role="alert" className={styles.wrong}>
              From before to, at most 90 days apart
            </span>
          )}
        </>
      )}
      <Select
        size="small"
        aria-label="Time range"
        value={interval === undefined ? timespan : BETWEEN}
        onChange={(_, { value }) =>
          onTimespan(value === BETWEEN ? lastOf(timespan, new Date(now)) : value)
        }
      >
        {TIMESPANS.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
        <option value={BETWEEN}>Between two times</option>
      </Select>
    </div>
  );
}

interface MomentProps {
  name: string;
  /** ISO 8601 UTC. */
  value: string;
  onMoment: (iso: string) => void;
}

/** Keeps what is being typed until the field is left: a date is no date before its last digit. */
function Moment({ name, value, onMoment }: MomentProps) {
  const [typed, setTyped] = useState(() => value.slice(0, 16));
  const settle = () => {
    const at = new Date(`${typed}Z`);
    if (Number.isNaN(at.getTime())) setTyped(value.slice(0, 16));
    else if (typed !== value.slice(0, 16)) onMoment(at.toISOString());
  };
  return (
    <label>
      {name}{" "}
      <Input
        size="small"
        type="datetime-local"
        value={typed}
        onChange={(_, data) => setTyped(data.value)}
        onBlur={settle}
      />
    </label>
  );
}
