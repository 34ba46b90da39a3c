/** How the picture looks: shape by type, colour by risk, size by being a hub. */
import type { StylesheetJson } from "cytoscape";

const COLOURS = {
  light: { text: "#242424", line: "#8a8a8a", ground: "#ffffff", risky: "#b3261e", calm: "#0f6cbd" },
  dark: { text: "#ffffff", line: "#9b9b9b", ground: "#292929", risky: "#ff8f85", calm: "#62abf5" },
} as const;

const SHAPES: StylesheetJson = [
  { selector: 'node[type = "user"]', style: { shape: "ellipse" } },
  { selector: 'node[type = "host"]', style: { shape: "rectangle" } },
  { selector: 'node[type = "ip"]', style: { shape: "diamond" } },
  { selector: 'node[type = "domain"]', style: { shape: "triangle" } },
  { selector: 'node[type = "url"]', style: { shape: "vee" } },
  { selector: 'node[type = "hash"]', style: { shape: "pentagon" } },
  { selector: 'node[type = "process"]', style: { shape: "hexagon" } },
  { selector: 'node[type = "email"]', style: { shape: "star" } },
];

export function graphStyle(theme: "light" | "dark"): StylesheetJson {
  const { text, line, ground, risky, calm } = COLOURS[theme];
  const label = {
    color: text,
    "text-background-color": ground,
    "text-background-opacity": 0.8,
  } as const;
  return [
    {
      selector: "node",
      style: {
        ...label,
        label: "data(label)",
        width: "data(size)",
        height: "data(size)",
        "font-size": 11,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "background-color": calm,
        "border-width": 1,
        "border-color": line,
      },
    },
    { selector: "node[risk >= 0.33]", style: { "background-color": risky } },
    { selector: "node.hub", style: { "border-style": "double", "border-width": 6 } },
    { selector: "node.root", style: { "border-width": 3, "border-color": text } },
    { selector: "node.chosen", style: { "overlay-color": calm, "overlay-opacity": 0.3 } },
    ...SHAPES,
    {
      selector: "edge",
      style: {
        ...label,
        label: "data(label)",
        width: "data(width)",
        "font-size": 9,
        "text-rotation": "autorotate",
        "curve-style": "bezier",
        "line-color": line,
        "target-arrow-color": line,
        "target-arrow-shape": "triangle",
      },
    },
    // It goes both ways.
    { selector: 'edge[relation = "ASSOCIATED_WITH"]', style: { "target-arrow-shape": "none" } },
  ];
}
