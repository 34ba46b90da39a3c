/** The query part of the page's address: plain repeated parameters, readable and easy to share. */

export type Search = Record<string, string | string[] | undefined>;

/** `?severity=high&severity=low&q=x` becomes `{severity: ["high", "low"], q: "x"}`. */
export function parseSearch(text: string): Search {
  const search: Search = {};
  const parameters = new URLSearchParams(text);
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    search[name] = values.length === 1 ? values[0] : values;
  }
  return search;
}

/** The reverse; absent and empty values leave no trace. */
export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (typeof one === "string" && one !== "") parameters.append(name, one);
    }
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
