/** The recorded report beside the replayed one: verdict, judgements, cost, and the claims that differ. */
import type { SessionReplay } from "../../../../shared/schemas/sessionReplay.ts";
import { type ChangeLine, ChangeLines } from "../../components/ChangeLines.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Table } from "../../components/Table.tsx";
import { plainWords, VERDICT_WORD } from "../../components/words.ts";
import { costWords } from "./sessionCost.ts";

export function ReplayDifference({ replay }: { replay: SessionReplay }) {
  const { claims, degraded } = replay;
  const lines: ChangeLine[] = [
    ...claims.new.map((claim) => ({ kind: "New" as const, text: textOf(claim) })),
    ...claims.gone.map((claim) => ({ kind: "Gone" as const, text: textOf(claim) })),
    ...claims.changed.map(({ recorded, replayed }) => ({
      kind: "Changed" as const,
      text: textOf(replayed),
      before: textOf(recorded),
    })),
  ];
  const missing = missingWords(replay);
  return (
    <>
      <p>
        <output>
          <b>{replay.is_same ? "● It came out the same." : "▲ It came out otherwise."}</b>{" "}
          {claims.same} {claims.same === 1 ? "claim is" : "claims are"} the same. {missing}
        </output>
      </p>
      {degraded !== null && (
        <p>
          No model judged the replay: <OutsideText text={degraded.reason} /> ({degraded.code})
        </p>
      )}
      <Table label="Recorded and replayed" head={["", "Recorded", "Replayed"]}>
        {rowsOf(replay).map(([name, recorded, replayed]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{recorded}</td>
            <td>{recorded === replayed ? replayed : <b>{replayed}</b>}</td>
          </tr>
        ))}
      </Table>
      {lines.length > 0 && <ChangeLines lines={lines} />}
    </>
  );
}

type Row = readonly [name: string, recorded: string, replayed: string];

const both = <T,>(
  name: string,
  of: { recorded: T | null; replayed: T | null },
  words: (value: T) => string,
  none = "none",
): Row => {
  const wordsOf = (value: T | null) => (value === null ? none : words(value));
  return [name, wordsOf(of.recorded), wordsOf(of.replayed)];
};

function rowsOf({ verdict, confidence, check, judgements, model, cost }: SessionReplay): Row[] {
  return [
    both("Verdict", verdict, (value) => VERDICT_WORD[value]),
    both("Confidence", confidence, (value) => value.toFixed(2)),
    both("Check", check, plainWords),
    both("Judgements that agree", judgements, ({ agree, of }) => `${agree} of ${of}`),
    both("Model", model, (name) => name, "the rules alone"),
    both("Cost", cost, costWords),
  ];
}

const textOf = ({ text, check }: { text: string; check: "verified" | "struck" }): string =>
  check === "struck" ? `${text} (struck)` : text;

function missingWords({ queries, exchanges }: SessionReplay): string {
  const parts = [
    queries.missing > 0 && counted(queries.missing, "query", "queries"),
    exchanges.missing > 0 &&
      counted(exchanges.missing, "question to the model", "questions to the model"),
  ].filter((part) => part !== false);
  return parts.length === 0 ? "" : `The recording has no answer to ${parts.join(" and ")}.`;
}

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
