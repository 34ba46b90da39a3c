/** Somebody an incident is assigned to: initials and the name of the address. */
import { makeStyles, tokens } from "@fluentui/react-components";

import { madeVisible } from "../../components/outsideCharacters.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    alignItems: "center",
    gap: "6px",
    minWidth: 0,
    color: tokens.colorNeutralForeground2,
  },
  initials: {
    flexShrink: 0,
    width: "20px",
    height: "20px",
    lineHeight: "20px",
    borderRadius: "50%",
    textAlign: "center",
    fontSize: "9px",
    fontWeight: tokens.fontWeightSemibold,
    textTransform: "uppercase",
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
  },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
});

/** Shows nothing for nobody. */
export function Person({ address }: { address: string | null }) {
  const styles = useStyles();
  if (address === null) return <span />;
  const name = madeVisible(address.split("@")[0] ?? address);
  const initials = name
    .split(/[^\p{L}\p{N}]+/u)
    .map((part) => part.charAt(0))
    .join("")
    .slice(0, 2);
  return (
    <span className={styles.root} title={madeVisible(address)}>
      <span className={styles.initials} aria-hidden>
        {initials}
      </span>
      <span className={styles.name}>{name}</span>
    </span>
  );
}
