/** Opens a query in the workspace's own editor, over the same absolute times. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { skipToken, useQuery } from "@tanstack/react-query";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { logAnalyticsUrl } from "./logAnalyticsUrl.ts";

const useStyles = makeStyles({
  link: { color: tokens.colorBrandForegroundLink, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  session: SessionView;
  kql: string;
  timespan: SessionView["timespan"] | undefined;
}

/** Nothing where the provider does not say where its workspace lies. */
export function LogAnalyticsLink({ session, kql, timespan }: Props) {
  const styles = useStyles();
  const where = session.log_analytics;
  const range = timespan ?? session.timespan;
  const url = useQuery({
    queryKey: ["log-analytics", where?.resource_id, range, kql],
    queryFn: where === undefined ? skipToken : () => logAnalyticsUrl(where, kql, range),
    staleTime: Infinity,
  });
  if (url.data === undefined) return null;
  return (
    <a href={url.data} target="_blank" rel="noopener noreferrer" className={styles.link}>
      Open in Log Analytics
    </a>
  );
}
