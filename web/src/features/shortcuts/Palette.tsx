/** Ctrl+K: type to go to a page or an incident, by number or by words of its title. */
import { Input, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { ReactNode } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useApi } from "../../api/context.ts";
import { Modal } from "../../components/Modal.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { useSettled } from "../../components/useSettled.ts";
import { useProviderParam } from "../incidents/queries.ts";
import { useMe } from "../signIn/me.ts";
import { sectionsFor } from "./places.ts";

const SEARCH_DELAY_MS = 200;
const FOUND_MAX = 8;

const useStyles = makeStyles({
  box: { width: "100%" },
  list: { marginTop: "10px" },
  one: {
    display: "flex",
    alignItems: "center",
    gap: "12px",
    padding: "7px 10px",
    borderRadius: tokens.borderRadiusMedium,
    cursor: "pointer",
  },
  chosen: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    outline: "1px solid transparent",
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
  },
  title: {
    flex: 1,
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  kind: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  empty: { margin: "12px 10px 4px", color: tokens.colorNeutralForeground2 },
});

interface Choice {
  id: string;
  kind: string;
  title: ReactNode;
  go: () => void;
}

interface Props {
  onClose: () => void;
  onKeys: () => void;
}

export function Palette({ onClose, onKeys }: Props) {
  const styles = useStyles();
  const listId = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const choices = useChoices(text.trim(), onClose, onKeys);
  const chosen = choices[Math.min(at, choices.length - 1)];
  const onKey = (key: string): boolean => {
    const last = choices.length - 1;
    if (key === "ArrowDown") setAt(Math.min(at + 1, last));
    else if (key === "ArrowUp") setAt(Math.max(Math.min(at, last) - 1, 0));
    else if (key === "Enter") chosen?.go();
    else return false;
    return true;
  };
  return (
    <Modal title="Go to" onClose={onClose} width={640}>
      <Input
        className={styles.box}
        // A select takes no free text.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="combobox"
        aria-label="Page or incident"
        aria-expanded
        aria-controls={listId}
        {...(chosen !== undefined && { "aria-activedescendant": `${listId}.${chosen.id}` })}
        placeholder="A page, an incident's number or words of its title"
        value={text}
        onChange={(_, { value }) => {
          setText(value);
          setAt(0);
        }}
        onKeyDown={(event) => onKey(event.key) && event.preventDefault()}
      />
      <div
        id={listId}
        // No element of HTML is a list of options beside a box of free text.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="listbox"
        aria-label="Found"
        className={styles.list}
      >
        {choices.map((choice) => (
          <div
            key={choice.id}
            id={`${listId}.${choice.id}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="option"
            aria-selected={choice === chosen}
            className={mergeClasses(styles.one, choice === chosen && styles.chosen)}
            tabIndex={-1}
            // Before the box loses the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              choice.go();
            }}
          >
            <span className={styles.title}>{choice.title}</span>
            <span className={styles.kind}>{choice.kind}</span>
          </div>
        ))}
      </div>
      {choices.length === 0 && <p className={styles.empty}>Nothing found.</p>}
    </Modal>
  );
}

function useChoices(text: string, onClose: () => void, onKeys: () => void): Choice[] {
  const navigate = useNavigate();
  const me = useMe();
  const incidents = useIncidents(text);
  const providerOf = useProviderParam();
  const isMeant = (name: string) => name.toLowerCase().includes(text.toLowerCase());
  const places = sectionsFor(me.permissions).flatMap(({ title = "Page", places: pages }) =>
    pages
      .filter(({ name }) => isMeant(`${title} ${name}`))
      .map(({ to, name }) => ({
        id: to,
        kind: title,
        title: name,
        go: () => {
          onClose();
          void navigate({ to, search: {} });
        },
      })),
  );
  const keys = isMeant("Keyboard shortcuts")
    ? [{ id: "keys", kind: "Help", title: "Keyboard shortcuts", go: onKeys }]
    : [];
  const found = incidents.map(({ id, number, title, severity, local_severity, provider_id }) => ({
    id,
    kind: "Incident",
    title: (
      <>
        <Severity severity={local_severity ?? severity} /> #{number}{" "}
        <OutsideText text={title} limit={120} />
      </>
    ),
    go: () => {
      onClose();
      const search = { provider: providerOf(provider_id) };
      void navigate({ to: "/incidents/$number", params: { number: String(number) }, search });
    },
  }));
  return [...places, ...found, ...keys];
}

function useIncidents(text: string): IncidentSummary[] {
  const api = useApi();
  const settled = useSettled(text, SEARCH_DELAY_MS);
  const query = new URLSearchParams({ limit: String(FOUND_MAX), timespan: "P90D", q: settled });
  const found = useQuery({
    queryKey: ["palette", settled],
    queryFn: ({ signal }) =>
      api.read<{ items: IncidentSummary[] }>(`/api/v1/incidents?${query}`, { signal }),
    enabled: settled !== "" && settled === text,
  });
  return text === "" ? [] : (found.data?.items ?? []);
}
