/** Past sessions are found by words and entities as soon as their report stands. */
import { expect, test } from "vitest";

import { SearchQuery } from "../schemas/search.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { finished, GUESSED, investigable, start } from "../testing/investigation.ts";
import { deleteSession } from "./deleteSession.ts";
import { rememberSession } from "./rememberSession.ts";
import { searchSessions } from "./searchSessions.ts";

const search = (given: Partial<SearchQuery>) => SearchQuery.parse(given);

// A report that cannot be found again is work done twice.
test("a finished session is found by an entity, by other forms of its words, and not by others", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps, { query: "Were passwords guessed?" }));
  const [hit] = (await searchSessions(deps, TENANT, search({ q: "203.0.113.7" }))).items;
  expect(hit).toMatchObject({ session_id: session.session_id, entities: ["203.0.113.7"] });
  const [snippet] = hit?.snippets ?? [];
  const [mark] = snippet?.marks ?? [];
  expect(snippet?.text.slice(mark?.start, mark?.end)).toContain("203.0.113.7");
  const ids = async (q: string) =>
    (await searchSessions(deps, TENANT, search({ q }))).items.map(({ session_id }) => session_id);
  expect(await ids("PASSWORD guessing")).toEqual([session.session_id]);
  expect(await ids("198.51.100.200")).toEqual([]);
  expect(await ids("the of and")).toEqual([]);
  expect(await ids("203[.]0[.]113[.]7")).toEqual([session.session_id]);
  expect(await ids("ana")).toEqual([session.session_id]);
  expect((await searchSessions(deps, "fabrikam", search({ q: "203.0.113.7" }))).items).toEqual([]);
});

test("filters hold, and who names the entity comes before who shares a word", async () => {
  const deps = await investigable(GUESSED);
  const named = await finished(deps, await start(deps));
  deps.clock.advance(60_000);
  deps.siem.answers(() => ({ columns: [], rows: [], truncated: false, duration_ms: 1 }));
  const body = { query: "Is 198.51.100.77 guessing passwords?", incident_number: undefined };
  const other = await finished(deps, await start(deps, body));
  const asked = search({ q: "sign-ins 203.0.113.7 passwords" });
  const { items: hits } = await searchSessions(deps, TENANT, asked);
  expect(hits[0]?.session_id).toBe(named.session.session_id);
  const open = await searchSessions(deps, TENANT, search({ verdict: "undetermined" }));
  expect(open.items.map(({ session_id }) => session_id)).toEqual([other.session.session_id]);
  const late = search({ from: other.session.created_at });
  expect((await searchSessions(deps, TENANT, late)).items.length).toBe(1);
});

// What the index finds must be what the documents say, or a report comes and goes.
test("indexed by the worker, twice, a session is found as it was before, and no more once it is deleted", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps, { query: "Were passwords guessed?" }));
  const questions = ["203.0.113.7", "guessing", "12345", "ana@contoso.example", "contoso", ""];
  const answers = () =>
    Promise.all(questions.map((q) => searchSessions(deps, TENANT, search({ q }))));
  const before = await answers();
  expect(before.map(({ items }) => items.length)).toEqual(questions.map(() => 1));
  const message = { tenant_id: TENANT, session_id: session.session_id };
  await rememberSession(deps, message);
  await rememberSession(deps, message);
  expect(await answers()).toEqual(before);
  await deleteSession(deps, aPrincipal(), session.session_id);
  expect((await answers()).map(({ items }) => items.length)).toEqual(questions.map(() => 0));
});
