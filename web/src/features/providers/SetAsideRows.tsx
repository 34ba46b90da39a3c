/** The rows of Sentinel's that could not be taken over: how many, and on demand which and why. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";

import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Table } from "../../components/Table.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { type ListedProvider, setAsideOptions } from "./queries.ts";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "6px", margin: "8px 0" },
  nowrap: { whiteSpace: "nowrap" },
  row: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

export function SetAsideRows({ provider }: { provider: ListedProvider }) {
  const styles = useStyles();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { count, is_more: isMore } = provider.last_sync.set_aside;
  if (count === 0) return null;
  const rows = `${isMore ? "More than " : ""}${count} ${count === 1 ? "row" : "rows"}`;
  return (
    <>
      <p className={styles.line}>
        <span>
          {rows} of Sentinel could not be read as an incident and {count === 1 ? "is" : "are"} set
          aside. Each is taken over once it can be read.
        </span>
        <Button
          size="small"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Hide them" : "Show them"}
        </Button>
      </p>
      <div id={id}>{isOpen && <Rows providerId={provider.id} />}</div>
    </>
  );
}

function Rows({ providerId }: { providerId: string }) {
  const styles = useStyles();
  const found = useQuery(setAsideOptions(useApi(), providerId));
  if (found.isPending) return <SkeletonRows rows={3} label="Loading the rows" />;
  if (found.data === undefined) {
    return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  }
  return (
    <Table label="Rows set aside" head={["Incident", "Why", "Changed", "Set aside", "Row"]}>
      {found.data.set_aside_rows.map((each, index) => (
        <tr key={index}>
          <td className={styles.nowrap}>
            {each.number === null ? "no number" : `#${each.number}`}
          </td>
          <td>
            <OutsideText text={each.reason} />
          </td>
          <td className={styles.nowrap}>
            {each.changed_at === null ? "unknown" : <UtcTime at={each.changed_at} />}
          </td>
          <td className={styles.nowrap}>
            <UtcTime at={each.at} />
          </td>
          <td className={styles.row}>
            <OutsideText text={each.row} limit={80} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
