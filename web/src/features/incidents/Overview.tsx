/** The first tab: what happened, as words and as a picture, what it is about, what it resembles, and our notes. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Tag } from "../../components/Tag.tsx";
import type { FieldProps } from "./fields.ts";
import { descriptionOf } from "./derived.ts";
import { IncidentFacts } from "./IncidentFacts.tsx";
import { NotesPanel } from "./NotesPanel.tsx";
import { SimilarIncidents } from "./SimilarIncidents.tsx";
import type { Tab } from "./tabs.ts";
import { TimelinePicture } from "./TimelinePicture.tsx";
import { TopEntities } from "./TopEntities.tsx";
import type { NotesDraft } from "./useNotesDraft.ts";

const useStyles = makeStyles({
  columns: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) 340px",
    gap: tokens.spacingHorizontalXXL,
    alignItems: "start",
    "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  text: {
    margin: "6px 0 4px",
    maxWidth: "84ch",
    lineHeight: "20px",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
  quiet: { margin: "6px 0", color: tokens.colorNeutralForeground2 },
});

interface Props extends FieldProps {
  notes: NotesDraft;
  onTab: (tab: Tab) => void;
}

export function Overview({ onTab, ...props }: Props) {
  const { incident } = props;
  const styles = useStyles();
  const description = descriptionOf(incident);
  return (
    <div className={styles.columns}>
      <div>
        <Section
          title="What happened"
          aside={
            description?.isDerived === true && (
              <Tag>Sentinel has no description: derived from the alerts</Tag>
            )
          }
        >
          {description === undefined ? (
            <p className={styles.quiet}>
              Sentinel has no description, and no alert was read yet from which one could be made.
            </p>
          ) : (
            <p className={styles.text}>
              <OutsideText text={description.text} limit={1200} />
            </p>
          )}
        </Section>
        <TimelinePicture
          incident={incident}
          more={
            <Button size="small" appearance="subtle" onClick={() => onTab("activity")}>
              All activity
            </Button>
          }
        />
        <TopEntities
          incident={incident}
          more={
            <Button size="small" appearance="subtle" onClick={() => onTab("entities")}>
              All entities
            </Button>
          }
        />
        <SimilarIncidents incident={incident} />
      </div>
      <div>
        <NotesPanel {...props} />
        <IncidentFacts incident={incident} />
      </div>
    </div>
  );
}
