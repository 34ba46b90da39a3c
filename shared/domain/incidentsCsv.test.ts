import fc from "fast-check";
import { expect, test } from "vitest";

import { anIncident } from "../testing/fixtures.ts";
import { csvCell, csvHead, csvLine } from "./incidentsCsv.ts";
import { summaryOf } from "./incidentViews.ts";

const formulas = [
  ["=cmd()", "'=cmd()"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["  =1", "'  =1"],
  ["\t=1", `"'\t=1"`],
  ["\r=1", `"'\r=1"`],
  ["＝1", "'＝1"],
  ['=HYPERLINK("http://evil","x")', `"'=HYPERLINK(""http://evil"",""x"")"`],
  ["a=1", "a=1"],
] as const;
// A title comes from whoever sent the mail; opened in a spreadsheet it would run on the analyst's machine.
test.each(formulas)("%j becomes %j", (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test("quotes, commas, line breaks, emoji and right-to-left text come back as they were", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const cell = csvCell(text);
      const inner = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect([text, `'${text}`]).toContain(inner);
      expect(cell.startsWith('"') || !/[",\r\n]/.test(cell)).toBe(true);
    }),
  );
});

test("a line has a cell for every column, times are absolute, and the first bytes say UTF-8", () => {
  const columns = csvHead().trim().split(",");
  const cells = csvLine(anIncident()).trimEnd().split(",");
  expect(cells).toHaveLength(columns.length);
  expect(cells[columns.indexOf("created_at")]).toBe("2026-01-15T11:55:00.000Z");
  expect(csvHead().charCodeAt(0)).toBe(0xfeff);
  expect(csvLine(anIncident({ local_severity: "critical" }))).toContain(",critical,high,");
});

const severityCell = (incident: Parameters<typeof csvLine>[0]) =>
  csvLine(incident).split(",")[csvHead().split(",").indexOf("sentinel_severity")];

// "medium" for a word that Sentinel never documented is our guess, and stands as such under `severity`.
test("sentinel_severity is what Sentinel wrote, also where it never documented the word", () => {
  const odd = anIncident({ title: "t", severity: "medium", stated: { severity: "Catastrophic" } });
  expect(severityCell(odd)).toBe("Catastrophic");
  expect(severityCell(anIncident({ title: "t", severity: "low" }))).toBe("low");
});

// Whoever opens the file or shows the record makes a link of it.
test.each([
  ["https://portal.azure.com/x", "https://portal.azure.com/x"],
  ["HTTP://portal.example/x", "HTTP://portal.example/x"],
  ["javascript:alert(1)", null],
  [" javascript:alert(1)", null],
  ["data:text/html,x", null],
  ["/incidents/1", null],
  ["", null],
])("the address %j is given as %j, in the file and in the API", (incident_url, given) => {
  const incident = anIncident({ incident_url });
  expect(csvLine(incident).trimEnd().split(",").at(-1)).toBe(given ?? "");
  expect(summaryOf(incident, true).incident_url).toBe(given);
});
