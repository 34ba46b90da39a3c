/** Searches past investigations by words, entities, verdict, persona and time. */
import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useApi } from "../../api/context.ts";
import type { SearchSearch } from "../../app/pageSearch.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useKeys } from "../../components/useKeys.ts";
import { useTitle } from "../../components/useTitle.ts";
import { plainWords, VERDICT_WORD } from "../../components/words.ts";
import { PERSONAS } from "../sessions/startDraft.ts";
import { Hit } from "./Hit.tsx";
import { searchOptions } from "./queries.ts";

const BOX_ID = "search-box";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1100px" },
  form: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: "8px", margin: "6px 0 14px" },
  wide: { flex: 1, minWidth: "300px" },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  asked: SearchSearch;
  onAsk: (asked: SearchSearch) => void;
}

export function SearchPage({ asked, onAsk }: Props) {
  const styles = useStyles();
  useTitle("Search");
  const found = useQuery(searchOptions(useApi(), asked));
  useKeys({ "/": () => document.getElementById(BOX_ID)?.focus() });
  const isFiltered = Object.values(asked).some((value) => value !== undefined);
  return (
    <div className={styles.root}>
      <Section title="Search" isPage aside="past investigations">
        <Question key={asked.q ?? ""} asked={asked} onAsk={onAsk} />
        {found.isPending && <SkeletonRows rows={6} label="Searching" />}
        {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
        {found.data?.truncated === true && (
          <p className={styles.quiet}>
            A word of this is in so many investigations that only the newest of them were ranked.
            Add a rarer word, or narrow the time.
          </p>
        )}
        {found.data?.items.length === 0 && (
          <Notice
            title={isFiltered ? "Nothing fits" : "Nobody has finished an investigation yet"}
            {...(isFiltered && {
              actions: (
                <Button size="small" onClick={() => onAsk({})}>
                  Clear the search
                </Button>
              ),
            })}
          >
            Words are compared by their stems; addresses, names and hashes as they are, defanged or
            not.
          </Notice>
        )}
        {found.data !== undefined && found.data.items.length > 0 && (
          <ol className={styles.list} aria-label="Found">
            {found.data.items.map((hit) => (
              <Hit key={hit.session_id} hit={hit} />
            ))}
          </ol>
        )}
      </Section>
    </div>
  );
}

/** The box asks on Enter; the filters at once. */
function Question({ asked, onAsk }: Props) {
  const styles = useStyles();
  const [text, setText] = useState(asked.q ?? "");
  const set = (changes: SearchSearch) => onAsk({ ...asked, ...changes });
  return (
    <search>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          set({ q: orNothing(text.trim()) });
        }}
      >
        <Field label="Words, addresses, names" size="small" className={styles.wide}>
          <Input
            id={BOX_ID}
            size="small"
            type="search"
            maxLength={500}
            value={text}
            onChange={(_, { value }) => setText(value)}
          />
        </Field>
        <Choice
          label="Verdict"
          value={asked.verdict}
          words={VERDICTS}
          onChoose={(verdict) => set({ verdict })}
        />
        <Choice
          label="Persona"
          value={asked.persona}
          words={PERSONA_WORDS}
          onChoose={(persona) => set({ persona })}
        />
        <Day label="From (UTC)" value={asked.from} onChoose={(from) => set({ from })} />
        <Day label="To (UTC)" value={asked.to} onChoose={(to) => set({ to })} />
        <Button type="submit" size="small" appearance="primary">
          Search
        </Button>
      </form>
    </search>
  );
}

const VERDICTS = Object.entries(VERDICT_WORD);
const PERSONA_WORDS = PERSONAS.map((persona) => [persona, plainWords(persona)] as const);
const orNothing = (text: string): string | undefined => (text === "" ? undefined : text);

interface FilterProps {
  label: string;
  value: string | undefined;
  onChoose: (value: string | undefined) => void;
}

function Choice({
  label,
  value,
  words,
  onChoose,
}: FilterProps & { words: readonly (readonly [string, string])[] }) {
  return (
    <Field label={label} size="small">
      <Select
        size="small"
        value={value ?? ""}
        onChange={(_, chosen) => onChoose(orNothing(chosen.value))}
      >
        <option value="">Any</option>
        {words.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function Day({ label, value, onChoose }: FilterProps) {
  return (
    <Field label={label} size="small">
      <Input
        size="small"
        type="date"
        value={value ?? ""}
        onChange={(_, chosen) => onChoose(orNothing(chosen.value))}
      />
    </Field>
  );
}
