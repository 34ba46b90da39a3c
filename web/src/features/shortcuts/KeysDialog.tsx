/** All keys and what they do, and the switch that turns them off. */
import { makeStyles, Switch, tokens } from "@fluentui/react-components";

import { Modal } from "../../components/Modal.tsx";
import { useKeysSwitch } from "../../components/useKeys.ts";
import { useMe } from "../signIn/me.ts";
import { placesFor } from "./places.ts";

const useStyles = makeStyles({
  groups: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(240px, 100%), 1fr))",
    gap: "20px 32px",
  },
  title: {
    margin: "0 0 6px",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
  },
  list: { margin: 0, display: "grid", gap: "6px" },
  one: { display: "flex", alignItems: "center", gap: "12px", justifyContent: "space-between" },
  keys: { display: "flex", gap: "4px", margin: 0 },
  key: {
    minWidth: "22px",
    padding: "1px 6px",
    textAlign: "center",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderBottomWidth: "2px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
    fontFamily: "inherit",
    fontSize: tokens.fontSizeBase200,
  },
  foot: { marginTop: "16px", display: "flex", alignItems: "center", gap: "8px" },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

type Group = readonly [title: string, keys: readonly (readonly [keys: string, what: string])[]];

const QUEUE: Group = [
  "In the queue",
  [
    ["j k", "Next, previous incident"],
    ["Enter", "Open it"],
    ["Esc", "Close the preview, clear the selection"],
    ["x", "Select it"],
    ["/", "Search"],
  ],
];
const ACTS: Group = [
  "On an incident, or on the selected",
  [
    ["a", "Assign to me"],
    ["s", "Set the status"],
    ["e", "Enrich"],
    ["i", "Investigate"],
  ],
];
const INCIDENT: Group = [
  "On the incident page",
  [
    ["1 – 5", "Overview, Alerts, Entities, Activity, Investigations"],
    ["Esc", "Back to the queue"],
  ],
];

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const styles = useStyles();
  const me = useMe();
  const [isOn, setOn] = useKeysSwitch();
  const places = placesFor(me.permissions);
  const everywhere: Group = [
    "Everywhere",
    [
      ["Ctrl K", "Go to a page or an incident"],
      ["?", "This list"],
      ...places.flatMap(({ key, name }) =>
        key === undefined ? [] : [[`g ${key}`, `Go to ${name}`] as const],
      ),
    ],
  ];
  return (
    <Modal title="Keyboard shortcuts" onClose={onClose} width={680}>
      <div className={styles.groups}>
        {[everywhere, QUEUE, ACTS, INCIDENT].map(([title, keys]) => (
          <section key={title}>
            <h3 className={styles.title}>{title}</h3>
            <dl className={styles.list}>
              {keys.map(([key, what]) => (
                <div key={key} className={styles.one}>
                  <dt>{what}</dt>
                  <dd className={styles.keys}>
                    {key.split(" ").map((each) => (
                      <kbd key={each} className={styles.key}>
                        {each}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className={styles.foot}>
        <Switch
          checked={isOn}
          label="Single-key shortcuts"
          onChange={(_, { checked }) => setOn(checked)}
        />
        <span className={styles.quiet}>
          They never act while you type. Ctrl K works either way.
        </span>
      </div>
    </Modal>
  );
}
