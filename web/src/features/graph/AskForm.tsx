/** Which entity, how far, and as of when. */
import { Button, Field, Input, makeStyles, Select } from "@fluentui/react-components";
import { useState } from "react";

import type { GraphSearch } from "../../app/pageSearch.ts";
import { useKeys } from "../../components/useKeys.ts";
import { TYPES, TYPE_WORD } from "./types.ts";

const BOX_ID = "graph-entity";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: "8px", margin: "6px 0 12px" },
  wide: { flex: 1, minWidth: "280px" },
});

interface Props {
  asked: GraphSearch;
  onAsk: (asked: GraphSearch) => void;
}

export function AskForm({ asked, onAsk }: Props) {
  const styles = useStyles();
  const [text, setText] = useState(asked.value ?? "");
  useKeys({ "/": () => document.getElementById(BOX_ID)?.focus() });
  return (
    <search>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") onAsk({ ...asked, value: text.trim() });
        }}
      >
        <Field label="Entity" size="small" className={styles.wide}>
          <Input
            id={BOX_ID}
            size="small"
            maxLength={500}
            spellCheck={false}
            placeholder="203.0.113.7, ana@contoso.example, FIN-LT-12, a hash …"
            value={text}
            onChange={(_, { value }) => setText(value)}
          />
        </Field>
        <Filters asked={asked} onAsk={onAsk} />
        <Button type="submit" size="small" appearance="primary">
          Show
        </Button>
      </form>
    </search>
  );
}

/** They hold at once. */
function Filters({ asked, onAsk }: Props) {
  return (
    <>
      <Field label="Type" size="small">
        <Select
          size="small"
          value={asked.type ?? ""}
          onChange={(_, { value }) => onAsk({ ...asked, type: value === "" ? undefined : value })}
        >
          <option value="">Any</option>
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {TYPE_WORD[type]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Hops" size="small">
        <Select
          size="small"
          value={asked.depth ?? "1"}
          onChange={(_, { value }) => onAsk({ ...asked, depth: value === "1" ? undefined : value })}
        >
          {["1", "2", "3"].map((hops) => (
            <option key={hops} value={hops}>
              {hops}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="As of (UTC)" size="small">
        <Input
          size="small"
          type="date"
          value={asked.as_of ?? ""}
          onChange={(_, { value }) => onAsk({ ...asked, as_of: value === "" ? undefined : value })}
        />
      </Field>
    </>
  );
}
