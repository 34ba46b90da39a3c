/** Route templates: `v1/incidents/{number:int}/enrich`. */

/** Path as the host sees it. Written out because the host's own prefix would forbid `admin/…` routes. */
export const pathOf = (route: string): string => `api/${route}`;

/** The same route as OpenAPI writes it: no constraints. */
export const openApiPath = (route: string): string =>
  `/${pathOf(route).replaceAll(/\{(\w+):\w+\}/g, "{$1}")}`;

/** Names of the route's values, in order. */
export const routeNames = (route: string): string[] =>
  [...route.matchAll(/\{(\w+)(?::\w+)?\}/g)].flatMap(([, name]) => name ?? []);

/**
 * Values of the route, read from the URL itself: the host mixes query keys and body fields into
 * `request.params`, so those cannot be trusted. `undefined` when a value is not valid percent-encoding.
 */
export function routeValues(route: string, url: URL): Record<string, string> | undefined {
  const segments = url.pathname.split("/").slice(1);
  const values: Record<string, string> = {};
  for (const [i, part] of pathOf(route).split("/").entries()) {
    const name = /^\{(\w+)(?::\w+)?\}$/.exec(part)?.[1];
    if (name === undefined) continue;
    try {
      values[name] = decodeURIComponent(segments[i] ?? "");
    } catch {
      return undefined;
    }
  }
  return values;
}
