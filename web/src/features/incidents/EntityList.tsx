/** All entities of an incident, thousands of them too: filtered by type and text, with what is known elsewhere. */
import { Input, makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { Fragment, useMemo, useState } from "react";

import type {
  EntityType,
  IncidentEntity,
  IncidentView,
} from "../../../../shared/schemas/incidents.ts";
import { Chip } from "../../components/Chip.tsx";
import { CopyButtons } from "../../components/CopyButtons.tsx";
import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { plainWords } from "../../components/words.ts";
import { VirtualTable } from "../../components/VirtualTable.tsx";
import type { Column } from "../../components/VirtualTable.tsx";
import { EntitySources } from "./EntitySources.tsx";
import { useKnown } from "./useKnown.ts";
import type { Known } from "./useKnown.ts";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "6px", marginBottom: "8px" },
  box: { width: "240px", marginRight: "8px" },
  value: { display: "flex", alignItems: "center", gap: "4px" },
  text: { flex: 1, minWidth: 0, fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
  tags: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px" },
  sessions: { display: "block" },
  link: { color: tokens.colorBrandForegroundLink },
});

export function EntityList({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const [type, setType] = useState<EntityType>();
  const [text, setText] = useState("");
  const sorted = useMemo(
    () => incident.entities.toSorted((a, b) => a.type.localeCompare(b.type)),
    [incident.entities],
  );
  const types = useMemo(() => typesOf(sorted), [sorted]);
  const shown = useMemo(() => matching(sorted, type, text), [sorted, type, text]);
  const { known, onView } = useKnown(incident, shown);
  if (sorted.length === 0) {
    return (
      <Notice title={incident.enriched_at === undefined ? "Not enriched yet" : "No entity"}>
        {incident.enriched_at === undefined
          ? "Entities appear when the incident is enriched: the button is above, the key is e."
          : "The alerts name no entity."}
      </Notice>
    );
  }
  return (
    <>
      <div className={styles.bar}>
        <Input
          size="small"
          type="search"
          className={styles.box}
          aria-label="Filter entities"
          placeholder="Value or alias"
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
        {types.map(([each, count]) => (
          <Chip
            key={each}
            isOn={each === type}
            count={count}
            onToggle={() => setType(each === type ? undefined : each)}
          >
            {plainWords(each)}
          </Chip>
        ))}
      </div>
      {shown.length === 0 ? (
        <Notice title="No entity matches">Take a filter out to see the others.</Notice>
      ) : (
        <VirtualTable
          label="Entities"
          columns={columnsOf(styles, known, incident.alerts)}
          rows={shown}
          keyOf={({ id }) => id}
          onView={onView}
        />
      )}
    </>
  );
}

function columnsOf(
  styles: ReturnType<typeof useStyles>,
  known: ReadonlyMap<string, Known>,
  alerts: IncidentView["alerts"],
): Column<IncidentEntity>[] {
  return [
    { head: "Type", width: "120px", cell: ({ type }) => plainWords(type) },
    {
      head: "Value",
      width: undefined,
      cell: ({ value }) => (
        <span className={styles.value}>
          <span className={styles.text}>
            <OutsideText text={value} limit={160} />
          </span>
          <CopyButtons value={value} />
        </span>
      ),
    },
    {
      head: "Known as",
      width: "20%",
      cell: (entity) => (
        <span className={styles.tags}>
          {entity.private && <Tag>private</Tag>}
          {!entity.strong && <Tag>weak identifier</Tag>}
          <OutsideText text={entity.aliases.join(", ")} limit={60} />
        </span>
      ),
    },
    {
      head: "Read in",
      width: "18%",
      cell: (entity) => <EntitySources entity={entity} alerts={alerts} />,
    },
    {
      head: "Elsewhere",
      width: "20%",
      cell: ({ id }) => <Elsewhere known={known.get(id)} />,
    },
  ];
}

function Elsewhere({ known }: { known: Known | undefined }) {
  if (known === undefined || known === null) return null;
  if (known.incidents === 0 && known.sessions.length === 0) return <>only here</>;
  return (
    <>
      <OtherIncidents known={known} />
      <PastSessions known={known} />
    </>
  );
}

function OtherIncidents({ known }: { known: NonNullable<Known> }) {
  const styles = useStyles();
  if (known.incidents === 0) return null;
  const count = `${known.incidents}${known.is_more ? "+" : ""}`;
  return (
    <>
      in {count} other {known.incidents === 1 ? "incident" : "incidents"}{" "}
      {known.latest.slice(0, 3).map((number) => (
        <Fragment key={number}>
          <Link to="/incidents/$number" params={{ number: String(number) }} className={styles.link}>
            #{number}
          </Link>{" "}
        </Fragment>
      ))}
    </>
  );
}

/** Past investigations that named it; what each found stands beside its link. */
function PastSessions({ known }: { known: NonNullable<Known> }) {
  const styles = useStyles();
  const { sessions, has_more_sessions: hasMore } = known;
  if (sessions.length === 0) return null;
  return (
    <span className={styles.sessions}>
      in {sessions.length}
      {hasMore ? "+" : ""} past {sessions.length === 1 ? "investigation" : "investigations"}{" "}
      {sessions.slice(0, 2).map(({ session_id: id, incident_number: number, verdict }) => (
        <Fragment key={id}>
          <Link to="/sessions/$id" params={{ id }} className={styles.link}>
            {number === null ? "" : `#${number}: `}
            {plainWords(verdict)}
          </Link>{" "}
        </Fragment>
      ))}
    </span>
  );
}

/** Types with how many there are of each, most first. */
function typesOf(entities: readonly IncidentEntity[]): [EntityType, number][] {
  const counts = new Map<EntityType, number>();
  for (const { type } of entities) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

function matching(
  entities: readonly IncidentEntity[],
  type: EntityType | undefined,
  text: string,
): readonly IncidentEntity[] {
  const wanted = text.trim().toLowerCase();
  if (type === undefined && wanted === "") return entities;
  return entities.filter(
    (entity) =>
      (type === undefined || entity.type === type) &&
      [entity.value, ...entity.aliases].some((each) => each.toLowerCase().includes(wanted)),
  );
}
