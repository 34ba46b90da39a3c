/** Severity as word, shape and colour, so that none of them carries it alone. */
import { makeStyles, mergeClasses } from "@fluentui/react-components";

import type { Severity as SeverityName } from "../../../shared/schemas/severity.ts";

/** Worst first. */
export const SEVERITIES: readonly SeverityName[] = [
  "critical",
  "high",
  "medium",
  "low",
  "informational",
];

export const SEVERITY_WORD: Readonly<Record<SeverityName, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  informational: "Info",
};

/** Paths in a 12 by 12 box: octagon, triangle, diamond, disc, ring. */
const SHAPE: Readonly<Record<SeverityName, string>> = {
  critical: "M3.800 0.500h4.400l3.300 3.300v4.400l-3.300 3.300H3.800L.5 8.200V3.800z",
  high: "M6 .8 11.800 11H.2z",
  medium: "M6 .4 11.600 6 6 11.600.4 6z",
  low: "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  informational:
    "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 1.400a2.600 2.600 0 1 0 0 5.200 2.600 2.600 0 0 0 0-5.200z",
};

const useStyles = makeStyles({
  root: { display: "inline-flex", alignItems: "center", gap: "6px", whiteSpace: "nowrap" },
  shape: { width: "12px", height: "12px", flexShrink: 0, forcedColorAdjust: "auto" },
  critical: { color: "var(--severityCritical)", fontWeight: 600 },
  high: { color: "var(--severityHigh)", fontWeight: 600 },
  medium: { color: "var(--severityMedium)", fontWeight: 600 },
  low: { color: "var(--severityLow)" },
  informational: { color: "var(--severityInformational)" },
});

interface ShapeProps {
  severity: SeverityName;
  /** False where the text around it gives the colour. */
  isColoured?: boolean;
}

export function SeverityShape({ severity, isColoured = false }: ShapeProps) {
  const styles = useStyles();
  return (
    <svg
      viewBox="0 0 12 12"
      aria-hidden
      className={mergeClasses(styles.shape, isColoured && styles[severity])}
    >
      <path d={SHAPE[severity]} fill="currentColor" fillRule="evenodd" />
    </svg>
  );
}

export function Severity({ severity }: { severity: SeverityName }) {
  const styles = useStyles();
  return (
    <span className={`${styles.root} ${styles[severity]}`}>
      <SeverityShape severity={severity} />
      {SEVERITY_WORD[severity]}
    </span>
  );
}
