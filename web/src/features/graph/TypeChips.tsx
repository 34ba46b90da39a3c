/** Types that are in the graph, each on or off. */
import { makeStyles } from "@fluentui/react-components";

import type { GraphNode } from "../../../../shared/schemas/graph.ts";
import { Chip } from "../../components/Chip.tsx";
import { TYPE_SIGN, TYPE_WORD, TYPES } from "./types.ts";

const useStyles = makeStyles({
  root: { display: "flex", flexWrap: "wrap", gap: "6px", margin: "0 0 10px" },
});

interface Props {
  nodes: readonly GraphNode[];
  hidden: ReadonlySet<string>;
  onToggle: (type: string) => void;
}

export function TypeChips({ nodes, hidden, onToggle }: Props) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      {TYPES.map((type) => {
        const count = nodes.filter((node) => node.type === type).length;
        if (count === 0) return null;
        return (
          <Chip key={type} isOn={!hidden.has(type)} count={count} onToggle={() => onToggle(type)}>
            <span aria-hidden>{TYPE_SIGN[type]}</span> {TYPE_WORD[type]}
          </Chip>
        );
      })}
    </div>
  );
}
