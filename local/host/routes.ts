/** The table of HTTP functions: which request reaches which, by the rules of the real host. */
import type { RegisteredFunction } from "./core.ts";
import { compileTemplate, matchTemplate, type RouteTemplate } from "./routeTemplate.ts";

export interface RouteMatch {
  fn: RegisteredFunction;
  /** Route values, absent parameters left out. */
  params: Record<string, string>;
  /** Names of all parameters of the route. */
  names: readonly string[];
}

export interface RouteTable {
  /** The function for a decoded path, undefined when none fits. `method` is in upper case. */
  find(method: string, path: string): RouteMatch | undefined;
  /** One line per route, as the real host logs it. */
  mapped: readonly string[];
  /** Functions that are left out, with the reason, as the real host logs it. */
  refused: readonly { name: string; reason: string }[];
}

interface Route {
  fn: RegisteredFunction;
  path: string;
  methods: readonly string[];
  template: RouteTemplate;
}

/**
 * Builds the table. There is no precedence among templates: the first that fits in case-insensitive alphabetical
 * order of the function names wins, and one whose methods do not fit is skipped.
 *
 * @throws Error for a template that stops the real host
 */
export function buildRouteTable(
  functions: readonly RegisteredFunction[],
  routePrefix: string,
): RouteTable {
  const refused: { name: string; reason: string }[] = [];
  const routes: Route[] = [];
  const taken = new Map<string, string>();
  for (const fn of functions.toSorted(byName)) {
    const route = toRoute(fn, routePrefix);
    const conflict = route.methods
      .map((method) => taken.get(`${method} ${route.path.toLowerCase()}`))
      .find((owner) => owner !== undefined);
    const own = templateOf(fn).toLowerCase();
    if (/^(?:admin|runtime)(?:\/|$)/.test(own)) {
      refused.push({
        name: fn.metadata.name,
        reason: "The specified route conflicts with one or more built in routes.",
      });
    } else if (conflict !== undefined) {
      refused.push({
        name: fn.metadata.name,
        reason: `The route specified conflicts with the route defined by function '${conflict}'.`,
      });
    } else {
      for (const method of route.methods)
        taken.set(`${method} ${route.path.toLowerCase()}`, fn.metadata.name);
      routes.push(route);
    }
  }
  const mapped = routes.map(
    ({ path, methods, fn }) =>
      `Mapped function route '${path}' [${methods.join(",")}] to '${fn.metadata.name}'`,
  );
  return { find: indexed(routes), mapped, refused };
}

const byName = (a: RegisteredFunction, b: RegisteredFunction): number => {
  const [left, right] = [a.metadata.name.toLowerCase(), b.metadata.name.toLowerCase()];
  return left < right ? -1 : Number(left > right);
};

const templateOf = (fn: RegisteredFunction): string => {
  const { route } = fn.trigger;
  return typeof route === "string" && route !== "" ? route : fn.metadata.name;
};

function toRoute(fn: RegisteredFunction, routePrefix: string): Route {
  const own = templateOf(fn);
  const path = routePrefix === "" ? own : `${routePrefix}/${own}`;
  const { methods } = fn.trigger;
  return {
    fn,
    path,
    methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : [],
    template: compileTemplate(path),
  };
}

/** Keeps the winner of each path without parameters, so that most requests need no search. */
function indexed(routes: readonly Route[]): RouteTable["find"] {
  const byMethod = new Map<string, Route[]>();
  for (const route of routes) {
    for (const method of route.methods)
      byMethod.set(method, [...(byMethod.get(method) ?? []), route]);
  }
  const search = (method: string, path: string): RouteMatch | undefined => {
    for (const route of byMethod.get(method) ?? []) {
      const params = matchTemplate(route.template, path);
      if (params !== undefined) return { fn: route.fn, params, names: route.template.names };
    }
    return undefined;
  };
  const exact = new Map<string, RouteMatch | undefined>();
  for (const { path, methods } of routes.filter((route) => !route.path.includes("{"))) {
    for (const method of methods) exact.set(`${method} /${path}`, search(method, `/${path}`));
  }
  return (method, path) => exact.get(`${method} ${path}`) ?? search(method, path);
}
