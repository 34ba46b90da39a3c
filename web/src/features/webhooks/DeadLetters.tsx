/** Dead letters of every queue: what each was about, why it died, and replaying or dropping it. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { DeadLetterView } from "../../../../shared/schemas/deadLetters.ts";
import { useApi } from "../../api/context.ts";
import { ConfirmDialog } from "../../components/ConfirmDialog.tsx";
import { Failure, Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { itemsOf, Paged } from "../../components/Paged.tsx";
import { Section } from "../../components/Section.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { deadLettersOptions, useDeadLetterActs } from "./queries.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", padding: 0, margin: `${tokens.spacingVerticalM} 0` },
  one: {
    padding: tokens.spacingHorizontalM,
    marginBottom: tokens.spacingVerticalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  top: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "6px 12px" },
  actions: { display: "flex", gap: "6px", marginLeft: "auto" },
  ids: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

export function DeadLetters() {
  const styles = useStyles();
  const found = useInfiniteQuery(deadLettersOptions(useApi()));
  const count = itemsOf(found).length;
  const isAll = found.isSuccess && !found.hasNextPage;
  return (
    <Section title="Dead letters" isPage aside={found.data && `${count}${isAll ? "" : " so far"}`}>
      <Paged
        found={found}
        what="dead letters"
        more={count === 0 ? "None so far: look further" : "Show more"}
        empty={
          <Notice title="No dead letters">
            Every message of every queue was done, or is being tried. Deliveries that were given up
            stand under Deliveries.
          </Notice>
        }
      >
        {(items) => (
          <ul className={styles.list} aria-label="Dead letters">
            {items.map((letter) => (
              <Letter key={letter.id} letter={letter} />
            ))}
          </ul>
        )}
      </Paged>
    </Section>
  );
}

function Letter({ letter }: { letter: DeadLetterView }) {
  const styles = useStyles();
  const { replay, drop } = useDeadLetterActs(letter.id);
  const [isDropping, setDropping] = useState(false);
  const error = replay.error ?? drop.error;
  return (
    <li className={styles.one}>
      <div className={styles.top}>
        <Tag isStrong>{letter.queue}</Tag>
        <span>
          dead since <UtcTime at={letter.dead_at} />, {letter.delivery_count} deliveries
        </span>
        <div className={styles.actions}>
          <Button size="small" disabled={replay.isPending} onClick={() => replay.mutate(undefined)}>
            Replay
          </Button>
          <Button size="small" disabled={drop.isPending} onClick={() => setDropping(true)}>
            Drop
          </Button>
        </div>
      </div>
      <p>{letter.explanation}</p>
      <div className={styles.ids}>
        {Object.entries(letter.subject).map(([name, value]) => (
          <div key={name}>
            {name}: <OutsideText text={value} limit={120} />
          </div>
        ))}
      </div>
      {error !== null && <Failure error={error} />}
      {isDropping && (
        <ConfirmDialog
          title="Drop this message?"
          act="Drop"
          onClose={() => setDropping(false)}
          onConfirm={() => {
            setDropping(false);
            drop.mutate(undefined);
          }}
        >
          <p>What it was to do stays undone for good. The audit trail keeps that you dropped it.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
