/** Settings > Notifications: what the reader is told of, where and when. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { useMay } from "../signIn/me.ts";
import { Defaults } from "./DefaultsForm.tsx";
import { PreferencesForm } from "./PreferencesForm.tsx";
import { preferencesOptions } from "./queries.ts";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "820px" },
});

export function NotificationSettingsPage() {
  const styles = useStyles();
  useTitle("Notification settings");
  const held = useQuery(preferencesOptions(useApi()));
  const mayDefault = useMay("webhooks:manage");
  return (
    <div className={styles.root}>
      <Section
        title="Notification settings"
        isPage
        aside={
          held.data?.preferences.source === "defaults" ? "your administrators' defaults" : undefined
        }
      >
        {held.isPending && <SkeletonRows rows={6} label="Loading your settings" />}
        {held.isError && <Failure error={held.error} onRetry={() => void held.refetch()} />}
        {held.data !== undefined && <PreferencesForm held={held.data} />}
      </Section>
      {mayDefault && held.data !== undefined && (
        <Defaults hasMail={held.data.preferences.email_available} />
      )}
    </div>
  );
}
