/** What is known of the chosen entity, and what can be done with it. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { GraphEdge, GraphNode, GraphView } from "../../../../shared/schemas/graph.ts";
import { CopyButtons } from "../../components/CopyButtons.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import type { GraphActs } from "./acts.ts";
import { riskWords, TYPE_SIGN, TYPE_WORD } from "./types.ts";

const useStyles = makeStyles({
  root: {
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  title: {
    margin: "0 0 4px",
    fontSize: tokens.fontSizeBase400,
    overflowWrap: "anywhere",
  },
  quiet: {
    margin: "2px 0",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
  acts: { display: "flex", flexWrap: "wrap", gap: "6px", margin: "8px 0" },
  list: { margin: "2px 0 8px", paddingLeft: "18px", fontSize: tokens.fontSizeBase200 },
  link: { color: tokens.colorBrandForegroundLink },
});

interface Props {
  node: GraphNode;
  edges: readonly GraphEdge[];
  /** With the entity that was asked for: all its incidents and sessions. */
  view: GraphView | undefined;
  isExpanded: boolean;
  isPinned: boolean;
  acts: GraphActs;
}

export function NodePanel({ node, edges, view, isExpanded, isPinned, acts }: Props) {
  const styles = useStyles();
  const seenIn = edges.filter(
    ({ relation, from }) => relation === "INVESTIGATED_IN" && from === node.id,
  );
  return (
    <section className={styles.root} aria-label="Chosen entity" aria-live="polite">
      <h2 className={styles.title}>
        <span aria-hidden>{TYPE_SIGN[node.type]}</span>{" "}
        <OutsideText text={node.value} limit={200} />
      </h2>
      <p className={styles.quiet}>
        {TYPE_WORD[node.type]}, risk {riskWords(node.risk)} ({node.risk.toFixed(2)}){" "}
        {node.is_hub && <Tag isStrong>hub: not followed</Tag>} <CopyButtons value={node.value} />
      </p>
      <p className={styles.quiet}>
        in investigations from <UtcTime at={node.first_seen} /> to <UtcTime at={node.last_seen} />
      </p>
      {node.aliases.length > 0 && (
        <p className={styles.quiet}>
          also <OutsideText text={node.aliases.join(", ")} limit={300} />
        </p>
      )}
      <div className={styles.acts}>
        <Button size="small" disabled={isExpanded} onClick={() => acts.onExpand(node)}>
          Expand one hop
        </Button>
        <Button size="small" onClick={() => acts.onCentre(node)}>
          Centre on it
        </Button>
        <Button size="small" aria-pressed={isPinned} onClick={() => acts.onPin(node)}>
          {isPinned ? "Unpin" : "Pin"}
        </Button>
      </div>
      {view !== undefined && <Incidents numbers={view.incidents} />}
      <Sessions edges={seenIn} />
    </section>
  );
}

function Incidents({ numbers }: { numbers: readonly number[] }) {
  const styles = useStyles();
  if (numbers.length === 0) return null;
  return (
    <p className={styles.quiet}>
      Incidents{" "}
      {numbers.map((number) => (
        <span key={number}>
          <Link
            to="/incidents/$number"
            params={{ number: String(number) }}
            search={{}}
            className={styles.link}
          >
            #{number}
          </Link>{" "}
        </span>
      ))}
    </p>
  );
}

function Sessions({ edges }: { edges: readonly GraphEdge[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.list} aria-label="Investigations">
      {edges.map(({ provenance: [one] }) =>
        one === undefined ? null : (
          <li key={one.session_id}>
            <Link
              to="/sessions/$id"
              params={{ id: one.session_id }}
              search={{ evidence: one.evidence_id ?? undefined }}
              className={styles.link}
            >
              {plainWords(one.verdict)}
            </Link>{" "}
            <UtcTime at={one.at} />
          </li>
        ),
      )}
    </ul>
  );
}
