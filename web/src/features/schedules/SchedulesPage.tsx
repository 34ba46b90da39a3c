/** Schedules: what runs next, what failed last, and the way to a new one. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { ScheduleSummary } from "../../../../shared/schemas/schedules.ts";
import { useApi } from "../../api/context.ts";
import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { itemsOf, Paged } from "../../components/Paged.tsx";
import { Table } from "../../components/Table.tsx";
import { Ago } from "../../components/Time.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { useMay } from "../signIn/me.ts";
import { NextRun } from "./NextRun.tsx";
import { schedulesOptions } from "./queries.ts";
import { ScheduleForm } from "./ScheduleForm.tsx";
import { StatusWord } from "./StatusWord.tsx";
import { PERSONA_WORD, timingWords } from "./words.ts";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1280px" },
  top: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalL },
  title: { fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold, margin: 0 },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  add: {
    marginLeft: "auto",
    padding: "5px 12px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: "none",
  },
  name: { color: tokens.colorBrandForegroundLink, fontWeight: tokens.fontWeightSemibold },
});

interface Props {
  /** `new` while the form of a new one is open. */
  edit: string | undefined;
  /** Called with the id of what was saved. */
  onSaved: (id: string) => void;
  onClose: () => void;
}

export function SchedulesPage({ edit, onSaved, onClose }: Props) {
  const styles = useStyles();
  useTitle(edit === "new" ? "New schedule" : "Schedules");
  return (
    <div className={styles.root}>
      {edit === "new" ? (
        <ScheduleForm held={undefined} onSaved={onSaved} onClose={onClose} />
      ) : (
        <List />
      )}
    </div>
  );
}

function List() {
  const styles = useStyles();
  const found = useInfiniteQuery(schedulesOptions(useApi()));
  const mayWrite = useMay("schedules:write");
  const read = itemsOf(found);
  return (
    <>
      <div className={styles.top}>
        <h1 className={styles.title}>Schedules</h1>
        {found.data !== undefined && (
          <span className={styles.quiet}>
            {stateWords(read, found.data.pages[0]?.total ?? read.length)}
          </span>
        )}
        {mayWrite && (
          <Link to="/schedules" search={{ edit: "new" }} className={styles.add}>
            New schedule
          </Link>
        )}
      </div>
      <Paged
        found={found}
        what="schedules"
        more="Show older ones"
        empty={
          <Notice title="Nothing runs by itself yet">
            A schedule asks the same question every day, week or month, and tells what changed since
            the last time.
          </Notice>
        }
      >
        {(items) => <Rows items={items} />}
      </Paged>
    </>
  );
}

function Rows({ items }: { items: readonly ScheduleSummary[] }) {
  const styles = useStyles();
  return (
    <Table
      label="Schedules"
      head={["Schedule", "Status", "Next run", "Last run", "When", "Persona"]}
    >
      {items.toSorted(byNextRun).map((schedule) => (
        <tr key={schedule.id}>
          <td>
            <Link to="/schedules/$id" params={{ id: schedule.id }} className={styles.name}>
              <OutsideText text={schedule.name} />
            </Link>
          </td>
          <td>
            <StatusWord status={schedule.status} />
          </td>
          <td>
            <NextRun at={schedule.next_run_at} />
          </td>
          <td>
            <LastRun schedule={schedule} />
          </td>
          <td>{timingWords(schedule)}</td>
          <td>{PERSONA_WORD[schedule.persona]}</td>
        </tr>
      ))}
    </Table>
  );
}

function LastRun({ schedule }: { schedule: ScheduleSummary }) {
  const styles = useStyles();
  const { last_run_at: at, last_run_status: status, consecutive_failures: failures } = schedule;
  if (at === null || status === null) return <span className={styles.quiet}>never</span>;
  return (
    <>
      <StatusWord status={status} /> <Ago at={at} />
      {failures > 0 && <span className={styles.quiet}> · {failures} failed in a row</span>}
    </>
  );
}

/** What comes next is on top; what does not run by itself is below. */
function byNextRun(a: ScheduleSummary, b: ScheduleSummary): number {
  const [x, y] = [a.next_run_at ?? "9999", b.next_run_at ?? "9999"];
  return x === y ? 0 : x < y ? -1 : 1;
}

/** State in one glance: all is well, or what to look at. */
function stateWords(items: readonly ScheduleSummary[], total: number): string {
  const disabled = items.filter(({ status }) => status === "FAILED").length;
  const failing = items.filter((one) => one.status === "ACTIVE" && one.consecutive_failures > 0);
  const parts = [
    `${total} in all`,
    ...(disabled > 0 ? [`${disabled} disabled after failures`] : []),
    ...(failing.length > 0 ? [`${failing.length} failed last`] : []),
  ];
  return parts.join(" · ");
}
