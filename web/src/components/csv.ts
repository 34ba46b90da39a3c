/** Tables as CSV files that a spreadsheet opens safely. */

/** A spreadsheet runs what begins like a formula, in any width of letters; the apostrophe keeps it text. */
const FORMULA = /^\s*[=+\-@\t\r\n|%＝＋－＠]/;

const NEEDS_QUOTES = /[",\r\n;\t]|^\s|\s$/;

/** Text from outside as it may stand in a cell; numbers need none of it. */
export const inertCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** RFC 4180 with a byte order mark, so that spreadsheets read it as UTF-8. */
export const csvFile = (lines: readonly (readonly string[])[]): string =>
  `\uFEFF${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;

const quoted = (text: string): string =>
  NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
