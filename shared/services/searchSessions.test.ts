/** Past sessions are found by words and entities as soon as their report stands. */
import { expect, test } from "vitest";

import { SearchQuery } from "../schemas/search.ts";
import { TENANT } from "../testing/fixtures.ts";
import { finished, GUESSED, investigable, start } from "../testing/investigation.ts";
import { searchSessions } from "./searchSessions.ts";

const search = (given: Partial<SearchQuery>) => SearchQuery.parse(given);

// A report that cannot be found again is work done twice.
test("a finished session is found by an entity, by other forms of its words, and not by others", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps, { query: "Were passwords guessed?" }));
  const [hit] = await searchSessions(deps, TENANT, search({ q: "203.0.113.7" }));
  expect(hit).toMatchObject({ session_id: session.session_id, entities: ["203.0.113.7"] });
  const [snippet] = hit?.snippets ?? [];
  const [mark] = snippet?.marks ?? [];
  expect(snippet?.text.slice(mark?.start, mark?.end)).toContain("203.0.113.7");
  const ids = async (q: string) =>
    (await searchSessions(deps, TENANT, search({ q }))).map(({ session_id }) => session_id);
  expect(await ids("PASSWORD guessing")).toEqual([session.session_id]);
  expect(await ids("198.51.100.200")).toEqual([]);
  expect(await ids("the of and")).toEqual([]);
  expect(await searchSessions(deps, "fabrikam", search({ q: "203.0.113.7" }))).toEqual([]);
});

test("filters hold, and who names the entity comes before who shares a word", async () => {
  const deps = await investigable(GUESSED);
  const named = await finished(deps, await start(deps));
  deps.clock.advance(60_000);
  deps.siem.answers(() => ({ columns: [], rows: [], truncated: false, duration_ms: 1 }));
  const body = { query: "Is 198.51.100.77 guessing passwords?", incident_number: undefined };
  const other = await finished(deps, await start(deps, body));
  const hits = await searchSessions(deps, TENANT, search({ q: "sign-ins 203.0.113.7 passwords" }));
  expect(hits[0]?.session_id).toBe(named.session.session_id);
  const open = await searchSessions(deps, TENANT, search({ verdict: "undetermined" }));
  expect(open.map(({ session_id }) => session_id)).toEqual([other.session.session_id]);
  const late = search({ from: other.session.created_at });
  expect((await searchSessions(deps, TENANT, late)).length).toBe(1);
});
