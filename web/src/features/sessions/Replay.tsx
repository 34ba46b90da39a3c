/** Runs the investigation again from its recording, or has another model judge it, and shows what came out otherwise. */
import { Button, Field, makeStyles, Select, Spinner, tokens } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { SessionReplay } from "../../../../shared/schemas/sessionReplay.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { modelsOptions } from "../models/queries.ts";
import { useMay } from "../signIn/me.ts";
import { ReplayDifference } from "./ReplayDifference.tsx";

/** Another model may take two minutes. */
const TIMEOUT_MS = 150_000;

const useStyles = makeStyles({
  hidden: { "@media print": { display: "none" } },
  form: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: "8px" },
  lead: { margin: "0 0 6px", color: tokens.colorNeutralForeground2 },
});

export function Replay({ id }: { id: string }) {
  const styles = useStyles();
  const api = useApi();
  const [model, setModel] = useState("");
  const models = useQuery({ ...modelsOptions(api), enabled: useMay("models:manage") });
  const replay = useMutation({
    mutationFn: () =>
      api.read<SessionReplay>(`/api/v1/sessions/${encodeURIComponent(id)}/replay`, {
        method: "POST",
        body: model === "" ? {} : { model },
        timeoutMs: TIMEOUT_MS,
      }),
  });
  return (
    <div className={styles.hidden}>
      <Section title="Replay">
        <p className={styles.lead}>
          {model === ""
            ? "The same questions with the stored answers: nobody is asked, nothing is written, nothing is paid for."
            : `${model} is asked anew about the stored evidence, and paid for. Nothing is written.`}
        </p>
        <div className={styles.form}>
          {models.data !== undefined && models.data.items.length > 0 && (
            <Field label="Who judges" size="small">
              <Select size="small" value={model} onChange={(_, { value }) => setModel(value)}>
                <option value="">As recorded</option>
                {models.data.items.map(({ model_name: name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          <Button size="small" disabled={replay.isPending} onClick={() => replay.mutate()}>
            {replay.isPending ? <Spinner size="extra-tiny" label="Replaying" /> : "Replay it"}
          </Button>
        </div>
        {replay.isError && <Failure error={replay.error} onRetry={() => replay.mutate()} />}
        {replay.data !== undefined && <ReplayDifference replay={replay.data} />}
      </Section>
    </div>
  );
}
