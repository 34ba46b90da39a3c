/** Search shows why each investigation was found, and its address is its state. */
import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import type { SearchHit } from "../../../../shared/schemas/search.ts";
import { FakeApi } from "../../testing/fakeApi.ts";
import { renderPage, resetPage } from "../../testing/renderPage.tsx";

const HIT: SearchHit = {
  session_id: "ses_1",
  query: "Were passwords guessed?",
  persona: "soc_analyst",
  verdict: "true_positive",
  confidence: 0.86,
  incident_number: 4711,
  created_at: "2026-11-20T08:40:00.000Z",
  score: 3.2,
  snippets: [{ text: "Passwords from 203.0.113.7.", marks: [{ start: 15, end: 26 }] }],
  entities: ["203.0.113.7"],
};

let fake: FakeApi;
beforeEach(() => {
  resetPage();
  fake = new FakeApi();
  fake.answers["GET /api/v1/search"] = (url) => {
    const items = url.searchParams.get("q") === "nothing" ? [] : [HIT];
    return Response.json({ items, limit: 50, truncated: false });
  };
});

test("words that were found are marked, and entities lead to the graph", async () => {
  renderPage(fake, "/search?q=203.0.113.7");
  const found = within(await screen.findByRole("list", { name: "Found" }));
  expect(document.querySelector("mark")?.textContent).toBe("203.0.113.7");
  const link = found.getByRole("link", { name: "203.0.113.7" });
  expect(link.getAttribute("href")).toBe("/graph?value=203.0.113.7");
});

// A search that cannot be sent to a colleague is done twice.
test("the question and its filters are the address, and days are whole ones", async () => {
  const { user, address } = renderPage(fake, "/search?from=2026-11-01");
  await user.type(await screen.findByLabelText("Words, addresses, names"), "guessed{Enter}");
  await user.selectOptions(screen.getByLabelText("Verdict"), "true_positive");
  await waitFor(() => {
    expect(address()).toBe("/search?from=2026-11-01&q=guessed&verdict=true_positive");
  });
  await waitFor(() => {
    expect(fake.requests.at(-1)).toBe(
      "GET /api/v1/search?limit=50&q=guessed&verdict=true_positive&from=2026-11-01T00%3A00%3A00.000Z",
    );
  });
});

test("nothing found says what was looked for and leads out", async () => {
  const { user, address } = renderPage(fake, "/search?q=nothing");
  await user.click(await screen.findByRole("button", { name: "Clear the search" }));
  await screen.findByRole("list", { name: "Found" });
  expect(address()).toBe("/search");
});
