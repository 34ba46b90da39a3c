/** Where an entity and each of its other names were read: which alert, which place in its Entities document. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import type { IncidentEntity, IncidentView } from "../../../../shared/schemas/incidents.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { alertsOf } from "./derived.ts";

const useStyles = makeStyles({
  toggle: {
    border: "none",
    background: "none",
    padding: 0,
    font: "inherit",
    color: tokens.colorBrandForegroundLink,
    cursor: "pointer",
    textDecorationLine: "underline",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  list: { listStyleType: "none", margin: "4px 0", padding: 0 },
  path: { fontFamily: tokens.fontFamilyMonospace, color: tokens.colorNeutralForeground2 },
});

type Source = IncidentEntity["sources"][number];

interface Props {
  entity: IncidentEntity;
  alerts: IncidentView["alerts"];
}

export function EntitySources({ entity, alerts }: Props) {
  const styles = useStyles();
  const [isOpen, setOpen] = useState(false);
  const count = alertsOf(entity);
  const names = entity.aliases.flatMap((alias, index) => {
    const source = entity.alias_sources[index];
    return source === undefined ? [] : [{ alias, source }];
  });
  return (
    <>
      <button
        type="button"
        className={styles.toggle}
        aria-expanded={isOpen}
        aria-label={`${count === 1 ? "1 alert" : `${count} alerts`}: where ${entity.value} was read`}
        onClick={() => setOpen(!isOpen)}
      >
        {count === 1 ? "1 alert" : `${count} alerts`}
      </button>
      {isOpen && (
        <ul className={styles.list} aria-label={`Where ${entity.value} was read`}>
          {entity.sources.map((source, index) => (
            <li key={index}>
              <Place source={source} alerts={alerts} />
            </li>
          ))}
          {names.map(({ alias, source }) => (
            <li key={`as ${alias}`}>
              as <OutsideText text={alias} limit={60} />: <Place source={source} alerts={alerts} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The alert's name stands for its id, which shows on hover. */
function Place({ source, alerts }: { source: Source; alerts: Props["alerts"] }) {
  const styles = useStyles();
  const alert = alerts.find(({ id }) => id === source.alert_id);
  return (
    <>
      <span title={`Alert ${source.alert_id}`}>
        <OutsideText text={alert?.name ?? source.alert_id} limit={60} />
      </span>{" "}
      <span className={styles.path}>
        <OutsideText text={source.path} limit={120} />
      </span>
    </>
  );
}
