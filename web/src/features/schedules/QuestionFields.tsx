/** What a schedule asks: its name, its reader, its question, and what the server says of that while it is typed. */
import { Field, Input, makeStyles, Select, Textarea, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { useSettled } from "../../components/useSettled.ts";
import { ProviderField } from "./ProviderField.tsx";
import { validationOptions } from "./queries.ts";
import { messageOf } from "./TimingFields.tsx";
import type { FieldsProps } from "./TimingFields.tsx";
import { ValidationView } from "./ValidationView.tsx";
import { PERSONA_WORD } from "./words.ts";

const TYPING_MS = 600;

const useStyles = makeStyles({
  two: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(280px, 100%), 1fr))",
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXL}`,
  },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

export function QuestionFields(props: FieldsProps) {
  const { draft, faults, set } = props;
  return (
    <>
      <IdentityFields {...props} />
      <Field
        label="Question"
        size="small"
        required
        hint="Whom it is about, over what time, and when it is worth a report"
        {...messageOf(faults.user_query)}
      >
        <Textarea
          size="small"
          rows={3}
          resize="vertical"
          value={draft.user_query}
          onChange={(_, { value }) => set({ user_query: value })}
        />
      </Field>
      <Judgement draft={draft} set={set} />
    </>
  );
}

function IdentityFields({ draft, faults, set }: FieldsProps) {
  const styles = useStyles();
  return (
    <div className={styles.two}>
      <Field label="Name" size="small" required {...messageOf(faults.name)}>
        <Input size="small" value={draft.name} onChange={(_, { value }) => set({ name: value })} />
      </Field>
      <Field label="Description" size="small" {...messageOf(faults.description)}>
        <Input
          size="small"
          value={draft.description}
          onChange={(_, { value }) => set({ description: value })}
        />
      </Field>
      <Field label="Persona" size="small" {...messageOf(faults.persona)}>
        <Select
          size="small"
          value={draft.persona}
          onChange={(_, { value }) => set({ persona: value })}
        >
          {Object.entries(PERSONA_WORD).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
      </Field>
      <ProviderField provider={draft.provider} onChange={(value) => set({ provider: value })} />
    </div>
  );
}

function Judgement({ draft, set }: Pick<FieldsProps, "draft" | "set">) {
  const styles = useStyles();
  const question = useSettled(
    JSON.stringify([draft.user_query, draft.persona, draft.provider]),
    TYPING_MS,
  );
  const [query, persona, provider]: [string, string, string] = JSON.parse(question);
  // The question that was last tried: another one is only looked at until it is tried, too.
  const [tried, setTried] = useState<string>();
  const quick = tried !== question;
  const validation = useQuery(validationOptions(useApi(), { query, persona, provider, quick }));
  return (
    <div aria-live="polite" aria-busy={validation.isFetching}>
      {validation.isFetching && (
        <span className={styles.quiet}>
          {quick ? "Looking at the question…" : "Asking the workspace…"}
        </span>
      )}
      {validation.isError && <Failure error={validation.error} />}
      {validation.data !== undefined && (
        <ValidationView
          reply={validation.data}
          query={draft.user_query}
          onRewrite={(text) => set({ user_query: text })}
          onTry={quick ? () => setTried(question) : undefined}
        />
      )}
    </div>
  );
}
