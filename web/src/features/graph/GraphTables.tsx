/** The graph as tables, with the picture's own actions: for the keyboard, for screen readers, for reading. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { GraphEdge, GraphNode } from "../../../../shared/schemas/graph.ts";
import { download } from "../../components/download.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import type { GraphActs } from "./acts.ts";
import { edgeKey, graphCsv, type Picture } from "./merge.ts";
import { RELATION_WORD, riskWords, TYPE_SIGN, TYPE_WORD } from "./types.ts";

const useStyles = makeStyles({
  value: { overflowWrap: "anywhere", minWidth: "200px" },
  acts: { whiteSpace: "nowrap" },
  link: { color: tokens.colorBrandForegroundLink },
  number: { fontVariantNumeric: "tabular-nums" },
});

interface Props {
  picture: Picture;
  /** All edges, those to sessions too. */
  edges: readonly GraphEdge[];
  chosenId: string;
  acts: GraphActs;
}

export function GraphTables({ picture, edges, chosenId, acts }: Props) {
  const { nodes } = picture;
  const save = () => {
    const text = new Blob([graphCsv(nodes, edges)], { type: "text/csv;charset=utf-8" });
    download(text, "graph.csv");
  };
  return (
    <>
      <Section title="Entities" aside={nodes.length}>
        <Table label="Entities" head={["Type", "Value", "Risk", "Hops", "Last seen", "Do"]}>
          {nodes.map((node) => (
            <NodeRow key={node.id} node={node} isChosen={node.id === chosenId} acts={acts} />
          ))}
        </Table>
      </Section>
      <Section
        title="Connections"
        aside={picture.edges.length}
        end={
          <Button size="small" onClick={save}>
            Save CSV
          </Button>
        }
      >
        <Table
          label="Connections"
          head={[
            "From",
            "Relation",
            "To",
            "Investigations",
            "First seen",
            "Last seen",
            "Known from",
          ]}
        >
          {picture.edges.map((edge) => (
            <EdgeRow key={edgeKey(edge)} edge={edge} nodes={nodes} />
          ))}
        </Table>
      </Section>
    </>
  );
}

function NodeRow({
  node,
  isChosen,
  acts,
}: {
  node: GraphNode;
  isChosen: boolean;
  acts: GraphActs;
}) {
  const styles = useStyles();
  const name = node.value.slice(0, 80);
  return (
    <tr aria-current={isChosen ? "true" : undefined}>
      <td>
        <span aria-hidden>{TYPE_SIGN[node.type]}</span> {TYPE_WORD[node.type]}
      </td>
      <td className={styles.value}>
        <OutsideText text={node.value} limit={120} /> {node.is_hub && <Tag>hub</Tag>}{" "}
        {isChosen && <Tag isStrong>chosen</Tag>}
      </td>
      <td>{riskWords(node.risk)}</td>
      <td className={styles.number}>{node.hops}</td>
      <td className={styles.number}>
        <UtcTime at={node.last_seen} />
      </td>
      <td className={styles.acts}>
        <Button
          size="small"
          appearance="subtle"
          aria-label={`Choose ${name}`}
          onClick={() => acts.onChoose(node.id)}
        >
          Choose
        </Button>
        <Button
          size="small"
          appearance="subtle"
          aria-label={`Expand ${name}`}
          onClick={() => acts.onExpand(node)}
        >
          Expand
        </Button>
        <Button
          size="small"
          appearance="subtle"
          aria-label={`Centre on ${name}`}
          onClick={() => acts.onCentre(node)}
        >
          Centre
        </Button>
      </td>
    </tr>
  );
}

function EdgeRow({ edge, nodes }: { edge: GraphEdge; nodes: readonly GraphNode[] }) {
  const styles = useStyles();
  const valueOf = (id: string) => nodes.find((node) => node.id === id)?.value ?? id;
  const [newest] = edge.provenance;
  return (
    <tr>
      <td className={styles.value}>
        <OutsideText text={valueOf(edge.from)} limit={120} />
      </td>
      <td>{RELATION_WORD[edge.relation]}</td>
      <td className={styles.value}>
        <OutsideText text={valueOf(edge.to)} limit={120} />
      </td>
      <td className={styles.number}>{edge.count}</td>
      <td className={styles.number}>
        <UtcTime at={edge.first_seen} />
      </td>
      <td className={styles.number}>
        <UtcTime at={edge.last_seen} />
      </td>
      <td>
        {newest !== undefined && (
          <Link
            to="/sessions/$id"
            params={{ id: newest.session_id }}
            search={{ evidence: newest.evidence_id ?? undefined }}
            className={styles.link}
          >
            {newest.incident_number === null ? "investigation" : `#${newest.incident_number}`}
          </Link>
        )}
      </td>
    </tr>
  );
}
