/** Investigations of the tenant, newest first, and the way to a new one. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import type { SessionStatus } from "../../../../shared/schemas/sessions.ts";
import { useApi } from "../../api/context.ts";
import { Chip } from "../../components/Chip.tsx";
import { Notice } from "../../components/Notice.tsx";
import { Paged } from "../../components/Paged.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { useKeys } from "../../components/useKeys.ts";
import { useTitle } from "../../components/useTitle.ts";
import { SESSION_STATUS_WORD } from "../../components/words.ts";
import { useMay } from "../signIn/me.ts";
import { sessionsOptions } from "./queries.ts";
import { SessionRow } from "./SessionRow.tsx";

const StartDialog = lazy(async () => ({
  default: (await import("./StartDialog.tsx")).StartDialog,
}));

const STATUSES: readonly SessionStatus[] = [
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
];
const HEAD = ["Verdict", "Question", "Incident", "Status", "By", "Persona", "Started", "Took"];

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px` },
  chips: { display: "flex", flexWrap: "wrap", gap: "6px", margin: "4px 0 10px" },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  status: string | undefined;
  isStarting: boolean;
  onStatus: (status: string | undefined) => void;
  onStarting: (isOpen: boolean) => void;
}

export function SessionsPage({ status, isStarting, onStatus, onStarting }: Props) {
  const styles = useStyles();
  useTitle("Investigations");
  const may = useMay("investigations:write");
  const chosen = STATUSES.find((each) => each === status);
  useKeys(may ? { n: () => onStarting(true) } : {});
  return (
    <div className={styles.root}>
      <Section
        title="Investigations"
        isPage
        end={
          <Button
            appearance="primary"
            size="small"
            disabled={!may}
            title={may ? "Ask a question of your own ( n )" : "Takes the role analyst or admin"}
            onClick={() => onStarting(true)}
          >
            New investigation
          </Button>
        }
      >
        <div className={styles.chips}>
          {STATUSES.map((each) => (
            <Chip
              key={each}
              isOn={each === chosen}
              onToggle={() => onStatus(each === chosen ? undefined : each)}
            >
              {SESSION_STATUS_WORD[each]}
            </Chip>
          ))}
        </div>
        <Found chosen={chosen} onClear={() => onStatus(undefined)} />
      </Section>
      {isStarting && (
        <Suspense>
          <StartDialog onClose={() => onStarting(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface FoundProps {
  chosen: SessionStatus | undefined;
  onClear: () => void;
}

function Found({ chosen, onClear }: FoundProps) {
  const styles = useStyles();
  const found = useInfiniteQuery(sessionsOptions(useApi(), chosen));
  const total = found.data?.pages[0]?.total;
  return (
    <Paged
      found={found}
      what="investigations"
      more="Show older ones"
      empty={<Empty chosen={chosen} onClear={onClear} />}
    >
      {(items) => (
        <>
          <Table label="Investigations" head={HEAD}>
            {items.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </Table>
          <p className={styles.quiet}>
            {items.length} of {total ?? items.length}
          </p>
        </>
      )}
    </Paged>
  );
}

function Empty({ chosen, onClear }: FoundProps) {
  if (chosen === undefined) {
    return (
      <Notice title="Nobody has investigated anything yet">
        Start from an incident, or ask a question of your own with New investigation.
      </Notice>
    );
  }
  return (
    <Notice
      title={`No investigation is ${SESSION_STATUS_WORD[chosen].toLowerCase()}`}
      actions={
        <Button size="small" onClick={onClear}>
          Show all
        </Button>
      }
    />
  );
}
