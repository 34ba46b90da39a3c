/** Admin > Audit: who changed what, with filters, export and a check of the chain. */
import { Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { AuditView } from "../../../../shared/schemas/audit.ts";
import { useApi } from "../../api/context.ts";
import { download } from "../../components/download.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Paged } from "../../components/Paged.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { AdminFrame } from "./AdminFrame.tsx";
import { type AuditChoice, auditOptions, useAuditActs } from "./queries.ts";
import { Verification } from "./Verification.tsx";

const useStyles = makeStyles({
  filter: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(150px, 1fr))",
    gap: tokens.spacingHorizontalM,
    alignItems: "end",
    marginBottom: tokens.spacingVerticalM,
    // Wider than their columns by themselves.
    "& .fui-Input": { minWidth: 0 },
    "& .fui-Input__input": { minWidth: 0, width: "100%" },
  },
  acts: { display: "flex", flexWrap: "wrap", gap: "8px", marginBottom: tokens.spacingVerticalM },
  // An id in one piece, or at least not one letter a line.
  subject: { overflowWrap: "anywhere", minWidth: "150px" },
});

interface Props {
  choice: AuditChoice;
  onChoose: (choice: AuditChoice) => void;
}

export const AuditPage = (props: Props) => (
  <AdminFrame title="Audit" permission="audit:read">
    <Trail {...props} />
  </AdminFrame>
);

function Trail({ choice, onChoose }: Props) {
  const styles = useStyles();
  const found = useInfiniteQuery(auditOptions(useApi(), choice));
  const { verify, exportCsv } = useAuditActs(choice);
  const save = () =>
    exportCsv.mutate(undefined, { onSuccess: (file) => download(file, "audit.csv") });
  return (
    <Section title="Audit" isPage>
      <Filter key={JSON.stringify(choice)} choice={choice} onChoose={onChoose} />
      <div className={styles.acts}>
        <Button disabled={verify.isPending} onClick={() => verify.mutate()}>
          Verify the chain
        </Button>
        <Button disabled={exportCsv.isPending} onClick={save}>
          Export as CSV
        </Button>
      </div>
      {verify.data !== undefined && <Verification found={verify.data} />}
      {verify.isError && <Failure error={verify.error} />}
      {exportCsv.isError && <Failure error={exportCsv.error} />}
      <Paged
        found={found}
        what="the audit trail"
        more="Show older entries"
        empty={<Notice title="No entry matches">Choose other days or fewer filters.</Notice>}
      >
        {(items) => <Entries items={items} />}
      </Paged>
    </Section>
  );
}

const BOXES: readonly { name: keyof AuditChoice; label: string; type: "date" | "text" }[] = [
  { name: "from", label: "From (UTC)", type: "date" },
  { name: "to", label: "To (UTC)", type: "date" },
  { name: "action", label: "Action, e.g. incident.", type: "text" },
  { name: "actor_id", label: "Id of who did it", type: "text" },
  { name: "subject_id", label: "Id of what it concerns", type: "text" },
];

function Filter({ choice, onChoose }: Props) {
  const styles = useStyles();
  const [draft, setDraft] = useState(choice);
  return (
    <form
      className={styles.filter}
      aria-label="Filter"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(draft);
      }}
    >
      {BOXES.map(({ name, label, type }) => (
        <Field key={name} label={label}>
          <Input
            type={type}
            value={draft[name] ?? ""}
            onChange={(_, { value }) =>
              setDraft({ ...draft, [name]: value === "" ? undefined : value })
            }
          />
        </Field>
      ))}
      <Button type="submit">Filter</Button>
    </form>
  );
}

function Entries({ items }: { items: readonly AuditView[] }) {
  const styles = useStyles();
  return (
    <Table
      label="Audit trail"
      head={["When", "Who", "What", "Concerns", "Fields", "Place"]}
      amounts={[5]}
    >
      {items.map((entry) => (
        <tr key={entry.id}>
          <td>
            <UtcTime at={entry.at} />
          </td>
          <td title={entry.actor_id}>
            <OutsideText text={entry.actor_name ?? entry.actor_id} />
            {entry.actor_kind !== "user" && ` (${entry.actor_kind.replace("_", " ")})`}
          </td>
          <td>{entry.action}</td>
          <td className={styles.subject}>
            <OutsideText text={entry.subject_id} />
          </td>
          <td>{entry.fields.join(", ")}</td>
          <td title={entry.hash}>{entry.seq}</td>
        </tr>
      ))}
    </Table>
  );
}
