/** What an incident is besides its status, in a sentence: emptied by a merge, opened again, still filling. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Info16Regular } from "@fluentui/react-icons/svg/info";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { OutsideLink } from "../../components/OutsideLink.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    display: "flex",
    flexDirection: "column",
    gap: "4px",
    margin: "0 0 12px",
    padding: 0,
  },
  one: {
    display: "flex",
    gap: "8px",
    padding: "6px 10px",
    borderLeft: `3px solid ${tokens.colorPaletteYellowBorder2}`,
    borderRadius: tokens.borderRadiusSmall,
    backgroundColor: tokens.colorNeutralBackground3,
    fontSize: tokens.fontSizeBase200,
    lineHeight: "18px",
  },
  icon: { flexShrink: 0, marginTop: "1px" },
  link: { color: tokens.colorBrandForegroundLink },
});

export function Conditions({ incident }: { incident: IncidentSummary }) {
  const styles = useStyles();
  const sentences = sentencesOf(incident);
  if (sentences.length === 0) return null;
  return (
    <ul className={styles.list} aria-label="What is special about it">
      {sentences.map(([id, sentence]) => (
        <li key={id} className={styles.one}>
          <Info16Regular aria-hidden className={styles.icon} />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  );
}

type Sentence = readonly [id: string, sentence: ReactNode];

function sentencesOf(incident: IncidentSummary): Sentence[] {
  return [
    ...mergeSentences(incident),
    ...syncSentences(incident),
    ...writebackSentences(incident),
    ...Object.entries(incident.stated).map(([field, value]): Sentence => [
      field,
      <>
        Sentinel wrote the {field} as <OutsideText text={`“${value}”`} limit={60} />, which it never
        documented; the nearest known one is shown.
      </>,
    ]),
  ];
}

function mergeSentences({ conditions, merged_into: into }: IncidentSummary): Sentence[] {
  if (into !== null) return [["merged", <MergedInto key="merged" into={into} />]];
  if (!conditions.includes("phantom")) return [];
  return [
    [
      "phantom",
      "It names no alert: Sentinel leaves such an incident behind when Defender moves its alerts to another one.",
    ],
  ];
}

function MergedInto({ into }: { into: NonNullable<IncidentSummary["merged_into"]> }) {
  const styles = useStyles();
  const { number, source_incident_id: source, url } = into;
  return (
    <>
      Merged: Defender closed it and goes on with{" "}
      {number === null ? (
        `another incident${source === null ? "" : `, ${source} there`}`
      ) : (
        <Link to="/incidents/$number" params={{ number: String(number) }} className={styles.link}>
          #{number}
        </Link>
      )}
      . {url !== null && <OutsideLink href={url}>Open that one in Defender</OutsideLink>}
    </>
  );
}

function syncSentences({ conditions, sync, status }: IncidentSummary): Sentence[] {
  const isReopened = conditions.includes("reopened") && sync.reopened_at !== null;
  return [
    ...(isReopened
      ? [
          [
            "reopened",
            <>
              Reopened: it was closed, and a sync saw it open again at{" "}
              <UtcTime at={sync.reopened_at ?? ""} />.
            </>,
          ] as const,
        ]
      : []),
    ...(sync.settled || status === "closed"
      ? []
      : [["settling", "Still settling: late alerts are read by themselves."] as const]),
    ...(sync.late_alerts > 0
      ? [["late", `${sync.late_alerts} of its alerts came after it was first seen.`] as const]
      : []),
  ];
}

/** What became of the last change that was written to Sentinel, until the syncs show it. */
function writebackSentences({ writeback: mark }: IncidentSummary): Sentence[] {
  if (mark === null) return [];
  const parts = (mark.state === "written" ? mark.parts : mark.open).map(plainWords).join(", ");
  const by = <OutsideText text={mark.by} limit={80} />;
  switch (mark.state) {
    case "written":
      return [
        [
          "writeback",
          <>
            Written to Sentinel by {by}: {parts}. Log Analytics shows it a little later.
          </>,
        ],
      ];
    case "unconfirmed":
      return [
        [
          "writeback",
          <>
            Sentinel has not confirmed {parts} of {by} yet; that is looked up by itself.
          </>,
        ],
      ];
    case "failed":
      return [
        [
          "writeback",
          <>
            Sentinel refused {parts} of {by}:{" "}
            <OutsideText text={mark.detail ?? "no reason given"} />
          </>,
        ],
      ];
    default:
      return mark.state satisfies never;
  }
}
