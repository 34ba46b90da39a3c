/** Plays the next attack story in the simulated tenant. */
import { Button, Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { plainWords, VERDICT_WORD } from "../../components/words.ts";
import { useMe } from "../signIn/me.ts";
import { tenantOptions, TRUTHS, usePlayStory } from "./queries.ts";
import type { Truth } from "./queries.ts";

const useStyles = makeStyles({
  form: { display: "grid", gap: tokens.spacingVerticalS, justifyItems: "start" },
});

export function StoryControl() {
  const styles = useStyles();
  const known = useQuery(tenantOptions(useApi()));
  const play = usePlayStory();
  const tenant = useMe().email?.split("@")[1] ?? "";
  const families = known.data?.families ?? [];
  const [chosen, setChosen] = useState<string>();
  const [truth, setTruth] = useState<Truth>("true_positive");
  const family = chosen ?? families[0];
  return (
    <Section title="Next story">
      {known.isError && <Failure error={known.error} onRetry={() => void known.refetch()} />}
      <div className={styles.form}>
        <Field label="Family" size="small">
          <Select size="small" value={family ?? ""} onChange={(_, { value }) => setChosen(value)}>
            {families.map((each) => (
              <option key={each} value={each}>
                {plainWords(each)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="What it truly is" size="small">
          <Select
            size="small"
            value={truth}
            onChange={(_, { value }) => setTruth(TRUTHS.find((each) => each === value) ?? truth)}
          >
            {TRUTHS.map((each) => (
              <option key={each} value={each}>
                {VERDICT_WORD[each]}
              </option>
            ))}
          </Select>
        </Field>
        <Button
          size="small"
          appearance="primary"
          disabled={family === undefined || play.isPending}
          onClick={() => family !== undefined && play.mutate({ family, truth, tenant })}
        >
          Play story
        </Button>
        {play.isSuccess && (
          <output>Played #{play.data.join(", #")}. The next sync brings it.</output>
        )}
        {play.isError && <Failure error={play.error} />}
      </div>
    </Section>
  );
}
