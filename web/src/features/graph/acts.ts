/** What can be done with an entity of the graph, by mouse in the picture and by keyboard in the tables. */
import type { GraphNode } from "../../../../shared/schemas/graph.ts";

export interface GraphActs {
  onChoose: (id: string) => void;
  /** Reads one more hop around it. */
  onExpand: (node: GraphNode) => void;
  /** Makes it the entity that the page is about. */
  onCentre: (node: GraphNode) => void;
  onPin: (node: GraphNode) => void;
}
