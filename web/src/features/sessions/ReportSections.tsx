/** The rest of a report: timeline, entities, ATT&CK, actions, and what could not be answered. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { Report } from "../../../../shared/schemas/sessions.ts";
import { CopyButtons } from "../../components/CopyButtons.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { ClaimLinks } from "./ClaimLinks.tsx";

const useStyles = makeStyles({
  list: { margin: "6px 0", paddingLeft: "18px", lineHeight: "21px" },
  bare: { listStyleType: "none", margin: "6px 0", padding: 0, lineHeight: "22px" },
  tags: { display: "flex", flexWrap: "wrap", gap: "4px", margin: "8px 0" },
  time: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: "nowrap",
  },
  mono: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
  acts: { whiteSpace: "nowrap" },
  link: { color: tokens.colorBrandForegroundLink, "@media print": { display: "none" } },
  reason: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  report: Report;
  onClaim: (claimId: string) => void;
}

export function ReportSections({ report, onClaim }: Props) {
  return (
    <>
      <Actions report={report} />
      <Timeline report={report} onClaim={onClaim} />
      <Entities report={report} onClaim={onClaim} />
      <Attack report={report} />
      <Unanswered title="Not checked" items={report.not_checked} />
      <Unanswered title="Not observable" items={report.not_observable} />
    </>
  );
}

const ACTION_ORDER = ["now", "soon", "later"];

function Actions({ report }: Pick<Props, "report">) {
  const styles = useStyles();
  if (report.actions.length === 0) return null;
  const actions = report.actions.toSorted(
    (a, b) => ACTION_ORDER.indexOf(a.priority) - ACTION_ORDER.indexOf(b.priority),
  );
  return (
    <Section title="Actions" aside={actions.length}>
      <ul className={styles.bare}>
        {actions.map((action, index) => (
          <li key={index}>
            <Tag isStrong={action.priority === "now"}>{action.priority}</Tag>{" "}
            <OutsideText text={action.text} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Timeline({ report, onClaim }: Props) {
  const styles = useStyles();
  if (report.timeline.length === 0) return null;
  return (
    <Section title="Timeline" aside={report.timeline.length}>
      <Table label="Timeline" head={["Time (UTC)", "What", "Claims"]}>
        {report.timeline
          .toSorted((a, b) => a.at.localeCompare(b.at))
          .map((entry, index) => (
            <tr key={index}>
              <td className={styles.time}>
                <UtcTime at={entry.at} />
              </td>
              <td>
                <OutsideText text={entry.text} />
              </td>
              <td>
                <ClaimLinks ids={entry.claim_ids} claims={report.claims} onClaim={onClaim} />
              </td>
            </tr>
          ))}
      </Table>
    </Section>
  );
}

function Entities({ report, onClaim }: Props) {
  const styles = useStyles();
  if (report.entities.length === 0) return null;
  return (
    <Section title="Entities" aside={report.entities.length}>
      <Table label="Entities" head={["Type", "Value", "Copy, look up", "Claims"]}>
        {report.entities.map((entity) => (
          <tr key={`${entity.type}:${entity.value}`}>
            <td>{plainWords(entity.type)}</td>
            <td className={styles.mono}>
              <OutsideText text={entity.value} limit={160} />
            </td>
            <td className={styles.acts}>
              <CopyButtons value={entity.value} />
              <Link to="/graph" search={{ value: entity.value }} className={styles.link}>
                Graph
              </Link>
            </td>
            <td>
              <ClaimLinks ids={entity.claim_ids} claims={report.claims} onClaim={onClaim} />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

function Attack({ report }: Pick<Props, "report">) {
  const styles = useStyles();
  if (report.mitre.length === 0) return null;
  return (
    <Section title="ATT&CK">
      <div className={styles.tags}>
        {report.mitre.map(({ tactic, technique }) => (
          <Tag key={`${tactic} ${technique ?? ""}`}>
            <OutsideText text={plainWords(tactic)} />
            {technique !== null && <OutsideText text={technique} />}
          </Tag>
        ))}
      </div>
    </Section>
  );
}

interface UnansweredProps {
  title: string;
  items: Report["not_checked"];
}

function Unanswered({ title, items }: UnansweredProps) {
  const styles = useStyles();
  if (items.length === 0) return null;
  return (
    <Section title={title} aside={items.length}>
      <ul className={styles.list}>
        {items.map((item, index) => (
          <li key={index}>
            <OutsideText text={item.question} />{" "}
            <span className={styles.reason}>
              <OutsideText text={item.reason} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
