/** One investigation that was found: its verdict, the sentences with the words, the entities that were named. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { SearchHit } from "../../../../shared/schemas/search.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Age } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { VerdictWords } from "../sessions/VerdictWords.tsx";

const useStyles = makeStyles({
  root: {
    padding: "10px 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  top: { display: "flex", flexWrap: "wrap", alignItems: "baseline", gap: "2px 14px" },
  title: { color: tokens.colorBrandForegroundLink, fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  snippet: { margin: "4px 0 0", fontSize: tokens.fontSizeBase200, lineHeight: "18px" },
  mark: { backgroundColor: "var(--marked)", color: tokens.colorNeutralForeground1 },
  entities: { display: "flex", flexWrap: "wrap", gap: "4px 12px", margin: "4px 0 0" },
  entity: {
    color: tokens.colorBrandForegroundLink,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
  },
});

export function Hit({ hit }: { hit: SearchHit }) {
  const styles = useStyles();
  return (
    <li className={styles.root}>
      <div className={styles.top}>
        <VerdictWords verdict={hit.verdict} confidence={hit.confidence} />
        <Link
          to="/sessions/$id"
          params={{ id: hit.session_id }}
          search={{}}
          className={styles.title}
        >
          <OutsideText text={hit.query} limit={160} />
        </Link>
        <span className={styles.quiet}>
          {hit.incident_number !== null && `#${hit.incident_number} · `}
          {plainWords(hit.persona)} · <Age at={hit.created_at} />
        </span>
      </div>
      {hit.snippets.map((snippet, index) => (
        <p key={index} className={styles.snippet}>
          <Marked {...snippet} />
        </p>
      ))}
      {hit.entities.length > 0 && (
        <div className={styles.entities}>
          {hit.entities.map((value) => (
            <Link key={value} to="/graph" search={{ value }} className={styles.entity}>
              <OutsideText text={value} limit={80} />
            </Link>
          ))}
        </div>
      )}
    </li>
  );
}

/** The sentence with the words that were found marked; offsets count UTF-16 units. */
function Marked({ text, marks }: SearchHit["snippets"][number]) {
  const styles = useStyles();
  const starts = marks.toSorted((a, b) => a.start - b.start);
  const pieces = starts.flatMap(({ start, end }, index) => [
    { text: text.slice(starts[index - 1]?.end ?? 0, start), isMarked: false },
    { text: text.slice(start, end), isMarked: true },
  ]);
  pieces.push({ text: text.slice(starts.at(-1)?.end ?? 0), isMarked: false });
  return pieces.map((piece, index) =>
    piece.isMarked ? (
      <mark key={index} className={styles.mark}>
        <OutsideText text={piece.text} />
      </mark>
    ) : (
      <OutsideText key={index} text={piece.text} />
    ),
  );
}
