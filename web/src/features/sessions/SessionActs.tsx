/** What a reader does with an investigation: stop it, pin it, ask on, judge its verdict, take it along. */
import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { useApi } from "../../api/context.ts";
import { download } from "../../components/download.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { VERDICT_WORD } from "../../components/words.ts";
import { useMay, useMe } from "../signIn/me.ts";
import { isLive, sessionKey } from "./queries.ts";
import { isToRunAgain, RunAgain } from "./RunAgain.tsx";
import { reportMarkdown } from "./reportMarkdown.ts";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    flexWrap: "wrap",
    gap: "6px",
    marginBottom: tokens.spacingVerticalM,
    "@media print": { display: "none" },
  },
  form: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: "8px" },
  wide: { flex: 1, minWidth: "260px" },
  // The two answers to one question stay on one line.
  both: { display: "flex", gap: "8px" },
  hidden: { "@media print": { display: "none" } },
});

/** One of the session's endpoints; the session is read again after it. */
function useAct<Body, Reply = unknown>(id: string, act: string) {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (body: Body) => {
      const path = `/api/v1/sessions/${encodeURIComponent(id)}/${act}`;
      return (await api.call<Reply>(path, { method: "POST", body })).body;
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: sessionKey(id) }),
  });
}

/** The signed bundle as a file; a plain link would go without the token. */
function useBundle(id: string) {
  const api = useApi();
  return useMutation({
    mutationFn: () => api.file(`/api/v1/sessions/${encodeURIComponent(id)}/bundle`),
    onSuccess: (content) => download(content, `${id}.bundle.json`),
  });
}

export function SessionBar({ session }: { session: SessionView }) {
  const styles = useStyles();
  const may = useMay("investigations:write");
  const cancel = useAct<undefined>(session.id, "cancel");
  const pin = useAct<{ pinned: boolean }>(session.id, "pin");
  const isPinned = session.pinned === true;
  const bundle = useBundle(session.id);
  const error = cancel.error ?? pin.error ?? bundle.error;
  const save = () => {
    const text = new Blob([reportMarkdown(session)], { type: "text/markdown;charset=utf-8" });
    download(text, `${session.id}.md`);
  };
  return (
    <div className={styles.bar}>
      {isLive(session) && may && (
        <Button size="small" disabled={cancel.isPending} onClick={() => cancel.mutate(undefined)}>
          Stop
        </Button>
      )}
      {may && isToRunAgain(session) && <RunAgain session={session} />}
      {may && (
        <Button
          size="small"
          aria-pressed={isPinned}
          disabled={pin.isPending}
          onClick={() => pin.mutate({ pinned: !isPinned })}
        >
          {isPinned ? "Unpin" : "Pin"}
        </Button>
      )}
      {session.report !== null && (
        <>
          <Button size="small" onClick={save}>
            Save Markdown
          </Button>
          <Button size="small" title="Or save as PDF" onClick={() => print()}>
            Print
          </Button>
          <Button
            size="small"
            title="Rows, queries and hashes, signed: npm run verify-bundle checks it"
            disabled={bundle.isPending}
            onClick={() => bundle.mutate()}
          >
            Save evidence bundle
          </Button>
        </>
      )}
      {error !== null && <Failure error={error} />}
    </div>
  );
}

/** Asks on in the context of this investigation; the answer is a session of its own. */
export function FollowUp({ session }: { session: SessionView }) {
  const styles = useStyles();
  const navigate = useNavigate();
  const key = `socmate.follow-up.${useMe().id}.${session.id}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? "");
  const ask = useAct<{ text: string }, { session_id: string }>(session.id, "message");
  const write = (next: string) => {
    setText(next);
    sessionStorage.setItem(key, next);
  };
  const send = () => {
    if (text.trim() === "") return;
    ask.mutate(
      { text: text.trim() },
      {
        onSuccess: (reply) => {
          sessionStorage.removeItem(key);
          if (reply === undefined) return;
          void navigate({ to: "/sessions/$id", params: { id: reply.session_id } });
        },
      },
    );
  };
  return (
    <div className={styles.hidden}>
      <Section title="Ask on">
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Field label="Follow-up question" size="small" className={styles.wide}>
            <Input size="small" value={text} onChange={(_, { value }) => write(value)} />
          </Field>
          <Button type="submit" size="small" disabled={ask.isPending || text.trim() === ""}>
            Ask
          </Button>
        </form>
        {ask.isError && <Failure error={ask.error} onRetry={send} />}
      </Section>
    </div>
  );
}

const OPINIONS = { agree: "I agree", disagree: "I disagree" } as const;

/** Whether the verdict was right: the newest opinion of each person counts. */
export function FeedbackForm({ session }: { session: SessionView }) {
  const styles = useStyles();
  const me = useMe();
  const mine = session.feedback?.find(({ by }) => by === me.id);
  const [verdict, setVerdict] = useState("");
  const [note, setNote] = useState("");
  const give = useAct<Record<string, string>>(session.id, "feedback");
  const send = (opinion: keyof typeof OPINIONS) => {
    const meant = opinion === "disagree" && verdict !== "" && { verdict };
    give.mutate({ opinion, ...meant, ...(note.trim() !== "" && { note: note.trim() }) });
  };
  return (
    <div className={styles.hidden}>
      <Section
        title="Was the verdict right?"
        aside={mine === undefined ? undefined : `you said: ${OPINIONS[mine.opinion]}`}
      >
        <div className={styles.form}>
          <Field label="Note" size="small" className={styles.wide}>
            <Input size="small" value={note} onChange={(_, { value }) => setNote(value)} />
          </Field>
          <Field label="If not, it was" size="small">
            <Select size="small" value={verdict} onChange={(_, { value }) => setVerdict(value)}>
              <option value="">Not said</option>
              {Object.entries(VERDICT_WORD).map(([value, word]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </Select>
          </Field>
          <div className={styles.both}>
            {(["agree", "disagree"] as const).map((opinion) => (
              <Button
                key={opinion}
                size="small"
                disabled={give.isPending}
                onClick={() => send(opinion)}
              >
                {opinion === "agree" ? "Agree" : "Disagree"}
              </Button>
            ))}
          </div>
        </div>
        {give.isSuccess && <output>Thank you, noted.</output>}
        {give.isError && <Failure error={give.error} />}
      </Section>
    </div>
  );
}
