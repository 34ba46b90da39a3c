/** Keeps a cytoscape graph in step with what the page shows. */
import cytoscape, { type Core, type ElementDefinition } from "cytoscape";
import fcose from "cytoscape-fcose";
import { useEffect, useRef } from "react";

import { useThemeChoice } from "../../app/theme.ts";
import { madeVisible } from "../../components/outsideCharacters.ts";
import type { GraphActs } from "./acts.ts";
import { graphStyle } from "./graphStyle.ts";
import { edgeKey, type Picture } from "./merge.ts";
import { RELATION_WORD } from "./types.ts";

cytoscape.use(fcose);

const LABEL_MAX = 32;
const ZOOM_AT_FIRST = 1.3;
/** fcose's own names; what stands where it was stays there. */
const LAYOUT = {
  name: "fcose",
  animate: false,
  nodeSeparation: 90,
  idealEdgeLength: 130,
  padding: 24,
};

export interface GraphProps extends GraphActs {
  picture: Picture;
  rootId: string;
  chosenId: string;
  pinned: ReadonlySet<string>;
}

/** @returns where the picture goes, and the graph once it is there. */
export function useGraph({ picture, rootId, chosenId, pinned, onChoose, onExpand }: GraphProps) {
  const { name: theme } = useThemeChoice();
  const box = useRef<HTMLDivElement>(null);
  const held = useRef<Core>(undefined);
  const latest = useRef({ onChoose, onExpand, picture });
  useEffect(() => {
    latest.current = { onChoose, onExpand, picture };
  });
  useEffect(() => {
    const cy = cytoscape({ container: box.current, minZoom: 0.2, maxZoom: 3 });
    cy.on("tap", "node", ({ target }) => latest.current.onChoose(String(target.id())));
    cy.on("dbltap", "node", ({ target }) => {
      const { nodes } = latest.current.picture;
      const node = nodes.find(({ id }) => id === String(target.id()));
      if (node !== undefined) latest.current.onExpand(node);
    });
    held.current = cy;
    // In a box of another width what was in the middle stands outside.
    cy.on("resize", () => fit(cy));
    return () => cy.destroy();
  }, []);
  useEffect(() => {
    held.current?.style(graphStyle(theme));
  }, [theme]);
  useEffect(() => {
    if (held.current !== undefined) show(held.current, picture);
  }, [picture]);
  useEffect(() => {
    const ids = new Set(picture.nodes.map(({ id }) => id));
    held.current?.nodes().forEach((node) => {
      const id = node.id();
      node.toggleClass("chosen", id === chosenId);
      node.toggleClass("root", id === rootId);
      if (ids.has(id) && pinned.has(id)) node.lock();
      else node.unlock();
    });
  }, [picture, chosenId, rootId, pinned]);
  return { box, held };
}

function show(cy: Core, picture: Picture): void {
  const wanted = elementsOf(picture);
  const ids = new Set(wanted.map(({ data }) => data.id));
  const isFirst = cy.nodes().empty();
  cy.batch(() => {
    cy.elements().forEach((element) => {
      if (!ids.has(element.id())) element.remove();
    });
    const fresh = wanted.filter(({ data }) => cy.getElementById(data.id ?? "").empty());
    cy.add(fresh.map((element, i) => placed(cy, element, picture, i)));
  });
  const layout = { ...LAYOUT, randomize: isFirst };
  cy.layout(layout).run();
  keepSmall(cy);
}

/** Shows all of it, but few entities not larger than they are drawn at first. */
export function fit(cy: Core): void {
  cy.fit(undefined, LAYOUT.padding);
  keepSmall(cy);
}

function keepSmall(cy: Core): void {
  // Two entities over the whole width are no picture.
  if (cy.zoom() > ZOOM_AT_FIRST) {
    cy.zoom(ZOOM_AT_FIRST);
    cy.center();
  }
}

/** Distance of the first of several new entities from where they begin, and the angle between one and the next. */
const APART = 60;
const TURN = Math.PI * (3 - Math.sqrt(5));

/**
 * New entities begin on a spiral around one that they are connected to: of two in the same place no edge can be drawn, and
 * the layout would have to tear them apart.
 */
function placed(
  cy: Core,
  element: ElementDefinition,
  { edges }: Picture,
  index: number,
): ElementDefinition {
  if (element.group !== "nodes") return element;
  const id = element.data.id;
  const neighbour = edges
    .filter(({ from, to }) => from === id || to === id)
    .map(({ from, to }) => cy.getElementById(from === id ? to : from))
    .find((node) => node.nonempty());
  const { x, y } = neighbour?.position() ?? { x: 0, y: 0 };
  const distance = APART * Math.sqrt(index + 1);
  const angle = index * TURN;
  const position = { x: x + distance * Math.cos(angle), y: y + distance * Math.sin(angle) };
  return { ...element, position };
}

function elementsOf({ nodes, edges }: Picture): ElementDefinition[] {
  return [
    ...nodes.map(({ id, type, value, is_hub, risk }) => ({
      group: "nodes" as const,
      data: { id, label: short(value), type, size: is_hub ? 46 : 28, risk },
      classes: is_hub ? "hub" : "",
    })),
    ...edges.map((edge) => ({
      group: "edges" as const,
      data: {
        id: edgeKey(edge),
        source: edge.from,
        target: edge.to,
        relation: edge.relation,
        // The plain line says it: a dozen such words would cover the names.
        label: edge.relation === "ASSOCIATED_WITH" ? "" : RELATION_WORD[edge.relation],
        width: Math.min(6, 1 + Math.log2(edge.count)),
      },
    })),
  ];
}

function short(value: string): string {
  const text = madeVisible(value);
  return text.length <= LABEL_MAX ? text : `${text.slice(0, LABEL_MAX - 1)}…`;
}
