/** The demo panel of the local run: make something happen, and see what the product does. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Dismiss20Regular } from "@fluentui/react-icons/svg/dismiss";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../../api/context.ts";
import type { LocalSignIn } from "../../api/localSignIn.ts";
import { useNow } from "../../components/clock.tsx";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { faultsOptions, useAdvance, useFault, useSyncNow } from "./queries.ts";
import { StoryControl } from "./StoryControl.tsx";
import { UserControl } from "./UserControl.tsx";

const useStyles = makeStyles({
  root: {
    width: "300px",
    flexShrink: 0,
    boxSizing: "border-box",
    overflowY: "auto",
    padding: `8px ${tokens.spacingHorizontalL}`,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  top: { display: "flex", alignItems: "center", justifyContent: "space-between" },
  title: { margin: 0, fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  row: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  quiet: {
    margin: "4px 0 8px",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
});

export function DemoPanel({ local, onClose }: { local: LocalSignIn; onClose: () => void }) {
  const styles = useStyles();
  return (
    <aside className={styles.root} aria-label="Demo">
      <div className={styles.top}>
        <h2 className={styles.title}>Demo</h2>
        <Button
          size="small"
          appearance="subtle"
          aria-label="Close the demo panel"
          icon={<Dismiss20Regular />}
          onClick={onClose}
        />
      </div>
      <StoryControl />
      <SyncControl />
      <ClockControl />
      <FaultControl />
      <UserControl local={local} />
    </aside>
  );
}

function SyncControl() {
  const styles = useStyles();
  const sync = useSyncNow();
  return (
    <Section title="Synchronisation">
      <p className={styles.quiet}>The timer runs by itself; this runs it now.</p>
      <div className={styles.row}>
        <Button size="small" disabled={sync.isPending} onClick={() => sync.mutate()}>
          Sync now
        </Button>
        {sync.isSuccess && (
          <output>
            <OutsideText text={sync.data} />
          </output>
        )}
      </div>
      {sync.isError && <Failure error={sync.error} />}
    </Section>
  );
}

function ClockControl() {
  const styles = useStyles();
  const advance = useAdvance();
  return (
    <Section title="Clock">
      <p className={styles.quiet}>
        It is <UtcTime at={new Date(useNow()).toISOString()} /> for the server. The clock only goes
        forward.
      </p>
      <Button size="small" disabled={advance.isPending} onClick={() => advance.mutate("PT24H")}>
        Advance 24 hours
      </Button>
      {advance.isError && <Failure error={advance.error} />}
    </Section>
  );
}

function FaultControl() {
  const styles = useStyles();
  const faults = useQuery(faultsOptions(useApi()));
  const fault = useFault();
  const active = faults.data ?? 0;
  return (
    <Section title="Faults">
      <p className={styles.quiet}>
        {active === 0 ? "Everything answers." : `${active} active: Sentinel fails on purpose.`}
      </p>
      <div className={styles.row}>
        <Button size="small" disabled={fault.isPending} onClick={() => fault.mutate(true)}>
          Sentinel answers 500
        </Button>
        <Button size="small" disabled={fault.isPending} onClick={() => fault.mutate(false)}>
          Clear faults
        </Button>
      </div>
      {fault.isError && <Failure error={fault.error} />}
    </Section>
  );
}
