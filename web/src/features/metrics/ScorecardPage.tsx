/** How well investigations do: shares with their intervals and counts, and times. What was not counted is not measured. */
import { makeStyles, Select, tokens } from "@fluentui/react-components";
import { queryOptions, useQuery } from "@tanstack/react-query";

import type { Metrics } from "../../../../shared/schemas/metrics.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { plainWords } from "../../components/words.ts";
import { Cards } from "./Cards.tsx";
import { costWords, ShareCell, SpanCell } from "./figures.tsx";

const STRETCHES: readonly (readonly [string, string])[] = [
  ["P7D", "7 days"],
  ["P30D", "30 days"],
  ["P90D", "90 days"],
  ["P1Y", "a year"],
];

const STRETCH_ID = "scorecard-stretch";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px` },
  choice: { display: "flex", alignItems: "center", gap: "8px", whiteSpace: "nowrap" },
  quiet: { margin: "0 0 12px", color: tokens.colorNeutralForeground2 },
  facts: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(210px, 1fr))",
    gap: "14px 24px",
    margin: "8px 0",
    "& dt": { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
    "& dd": { margin: 0 },
  },
});

const metricsOptions = (api: ApiClient, timespan: string) =>
  queryOptions({
    queryKey: ["metrics", timespan],
    queryFn: ({ signal }) => api.read<Metrics>(`/api/v1/metrics?timespan=${timespan}`, { signal }),
    staleTime: 30_000,
  });

interface Props {
  timespan: string | undefined;
  onTimespan: (timespan: string) => void;
}

export function ScorecardPage({ timespan, onTimespan }: Props) {
  const styles = useStyles();
  useTitle("Scorecard");
  const chosen = STRETCHES.find(([value]) => value === timespan)?.[0] ?? "P30D";
  const found = useQuery(metricsOptions(useApi(), chosen));
  return (
    <div className={styles.root}>
      <Section
        title="Scorecard"
        isPage
        end={
          <div className={styles.choice}>
            <label htmlFor={STRETCH_ID}>The last</label>
            <Select
              id={STRETCH_ID}
              size="small"
              value={chosen}
              onChange={(_, { value }) => onTimespan(value)}
            >
              {STRETCHES.map(([value, word]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </Select>
          </div>
        }
      >
        {found.isPending && <SkeletonRows rows={8} label="Counting" />}
        {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
        {found.data !== undefined && <Figures metrics={found.data} />}
      </Section>
    </div>
  );
}

const amount = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

function Figures({ metrics }: { metrics: Metrics }) {
  const styles = useStyles();
  const { all, incidents, counted, cost } = metrics;
  return (
    <>
      <p className={styles.quiet}>
        Counted: {amount(counted.sessions, "investigation")} and{" "}
        {amount(counted.incidents, "incident")} since <UtcTime at={metrics.from} />
        {metrics.truncated && ", as many as are counted at once: earlier ones are left out"}. Shares
        come with their 95 % interval.
      </p>
      <dl className={styles.facts}>
        <ShareCell name="Agreement with closures" share={all.agreement} />
        <ShareCell name="Attacks found (recall)" share={all.recall_true_positive} />
        <ShareCell name="Left undetermined" share={all.abstention} />
        <ShareCell name="People who agree" share={all.feedback_agreement} />
        <ShareCell name="Incidents investigated" share={incidents.coverage} />
        <SpanCell name="Time to acknowledge" span={incidents.time_to_acknowledge} />
        <SpanCell name="Time to resolve" span={incidents.time_to_resolve} />
        <SpanCell name="Time to a verdict" span={all.time_to_verdict} />
        <div>
          <dt>Cost of models</dt>
          <dd>{costWords(cost)}</dd>
        </div>
      </dl>
      <Cards title="By family" cards={metrics.by_family} nameOf={plainWords} />
      <Cards
        title="By driver"
        cards={metrics.by_driver}
        nameOf={(name) => (name === "rules" ? "Rules alone" : "Rules and a model")}
      />
      <Cards title="By persona" cards={metrics.by_persona} nameOf={plainWords} />
    </>
  );
}
