/** Real reports whose parts are true each, and of which something is left out, said twice, moved or made up. */
import type { Report, StruckPart } from "../../shared/schemas/sessions.ts";
import { pick, type Random } from "./alterations.ts";

interface Structured {
  part: StruckPart["part"];
  report: Report;
}
type Change = (report: Report, random: Random) => Structured | undefined;

const LISTS = [
  "summary",
  "timeline",
  "entities",
  "mitre",
  "actions",
  "not_checked",
  "not_observable",
] as const;

const inList = (
  part: (typeof LISTS)[number],
  change: (list: readonly object[], random: Random) => readonly object[] | undefined,
): Change => {
  return (report, random) => {
    const list = change(report[part], random);
    return list === undefined ? undefined : { part, report: { ...report, [part]: list } };
  };
};

const ofVerdict = (change: (report: Report) => Partial<Report> | undefined): Change => {
  return (report) => {
    const changed = change(report);
    return changed && { part: "verdict", report: { ...report, ...changed } };
  };
};

export const STRUCTURES: Readonly<Record<string, Change>> = {
  ...Object.fromEntries(
    LISTS.flatMap((part): [string, Change][] => [
      [
        `${part}: left out`,
        inList(part, (list, random) => {
          const gone = pick(random, list);
          return gone && list.filter((one) => one !== gone);
        }),
      ],
      [
        `${part}: said twice`,
        inList(part, (list, random) => {
          const again = pick(random, list);
          return again && [...list, again];
        }),
      ],
      [`${part}: moved`, inList(part, (list) => (list.length < 2 ? undefined : list.toReversed()))],
    ]),
  ),
  "claims: said twice": (report, random) => {
    const again = pick(random, report.claims);
    return again && { part: "claims", report: { ...report, claims: [...report.claims, again] } };
  },
  "claims: left out": (report, random) => {
    // What a model hands in it may leave out: what the rules find must be said.
    const gone = pick(
      random,
      report.claims.filter(({ id }) => !id.startsWith("clm_m")),
    );
    return {
      part: "claims",
      report: { ...report, claims: report.claims.filter((one) => one !== gone) },
    };
  },
  "claims: handed in by nobody": (report, random) => {
    const like = pick(random, report.claims);
    if (like === undefined) return undefined;
    const claims = [...report.claims, { ...like, id: "clm_m99" }];
    return { part: "claims", report: { ...report, claims } };
  },
  "verdict: other stability": ofVerdict(({ stability }) => ({
    stability: stability === 1 ? 0.67 : 1,
  })),
  "verdict: other agreement": ofVerdict(
    ({ judgements }) =>
      judgements && { judgements: { ...judgements, agree: judgements.agree - 1 } },
  ),
  "verdict: other outcome": ofVerdict(({ check }) => ({
    check: check === "verified" ? "unverified" : "verified",
  })),
};
