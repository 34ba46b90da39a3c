// Which room may import which (docs/adr/0002). Cycles are the linter's business (import/no-cycle). Tests and test doubles may import anything.
const test = "\\.(test|contract)\\.tsx?$|^shared/testing/|^tests/|^web/src/testing/";
const builtin = [
  "^node:",
  "^(assert|buffer|crypto|events|fs|http|path|stream|url|util|v8|worker_threads|zlib|os|net|module)(/|$)",
];
const npm = (...names) => names.map((name) => `(^|/)node_modules/(@types/)?${name}/`);

/** A room and everything it may import; anything else is a violation. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: test },
  to: { pathNot: [...allowed, ...builtin] },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    only("schemas-are-shapes", "^shared/schemas/", ["^shared/schemas/", ...npm("zod")]),
    only(
      "domain-is-pure",
      "^shared/domain/",
      ["^shared/(domain|schemas)/", ...npm("zod", "croner", "ipaddr.js")],
      "values in, values out",
    ),
    {
      name: "domain-does-no-io",
      severity: "error",
      from: { path: "^shared/(domain|schemas)/", pathNot: test },
      to: { path: ["^(node:)?(fs|http|https|net|child_process|worker_threads|dns|tls)(/|$)"] },
    },
    only("kql-is-its-own-world", "^shared/kql/", [
      "^shared/(kql|schemas|ports)/",
      "^shared/domain/errors\\.ts$",
      ...npm("zod", "@kusto/language-service-next"),
    ]),
    only("ports-are-needs", "^shared/ports/", ["^shared/(ports|schemas|domain)/"]),
    only("repositories-name-queries", "^shared/repositories/", [
      "^shared/(repositories|ports|schemas|domain)/",
      ...npm("zod"),
    ]),
    only("investigation-returns", "^shared/investigation/", [
      "^shared/(investigation|ports|domain|kql|schemas)/",
      ...npm("zod"),
    ]),
    only("services-know-no-technology", "^shared/services/", [
      "^shared/(repositories|investigation|ports|domain|kql|schemas)/",

      ...npm("zod"),
    ]),
    {
      name: "services-stay-apart",
      severity: "error",
      from: { path: "^shared/services/([^/]+)\\.ts$", pathNot: test },
      to: { path: "^shared/services/[^/]+\\.ts$", pathNot: "^shared/services/$1\\.ts$" },
    },
    {
      name: "adapters-stay-apart",
      severity: "error",
      from: { path: "^shared/adapters/([^/]+)/", pathNot: test },
      to: {
        path: "^(functions|local|web|shared)/",
        pathNot: [
          "^shared/adapters/$1/",
          "^shared/(ports|domain|schemas)/",
          "^shared/kql/constants\\.ts$",
        ],
      },
    },
    {
      name: "only-sentinel-quotes-kql",
      severity: "error",
      from: { path: "^shared/adapters/", pathNot: ["^shared/adapters/sentinel/", test] },
      to: { path: "^shared/kql/" },
    },
    only("contents-page-lists", "^functions/(index|contents)\\.ts$", [
      "^functions/",
      "^shared/app\\.ts$",
    ]),
    only("kit-knows-no-business", "^functions/kit/", [
      "^functions/kit/",
      "^shared/(ports|schemas)/",
      "^shared/domain/(errors|permissions)\\.ts$",
      ...npm("zod", "zod-openapi", "jose", "@azure/functions", "@modelcontextprotocol/sdk"),
    ]),
    only("mcp-tools-are-endpoints", "^functions/http/mcp\\.ts$", [
      "^functions/(http|kit)/",
      "^shared/schemas/",
      ...npm("zod"),
    ]),
    only("triggers-are-thin", "^functions/(?:(?:http(?!/mcp\\.ts)|timers|queues)/|edge\\.ts$)", [
      "^functions/kit/",
      "^shared/(services|repositories|schemas|domain)/",
      ...npm("zod"),
    ]),
    only("config-reads-settings", "^shared/config/", ["^shared/(config|ports)/", ...npm("zod")]),
    {
      name: "one-composition-root",
      severity: "error",
      from: {
        pathNot: [
          "^shared/(adapters|config)/",
          "^shared/(app|embedded|channels)\\.ts$",
          "^local/",
          "^scripts/",
          test,
        ],
      },
      to: { path: "^shared/(adapters|config|embedded)" },
    },
    {
      name: "nothing-imports-local",
      severity: "error",
      from: { pathNot: ["^local/", "^scripts/", test] },
      to: { path: "^local/" },
    },
    {
      name: "nothing-imports-the-doorways",
      severity: "error",
      from: { pathNot: ["^functions/", "^local/", "^scripts/", test] },
      to: { path: "^functions/" },
    },
    only("web-shows-shapes", "^web/src/", ["^web/src/", "^shared/schemas/", "node_modules/"]),
    {
      name: "no-test-code-in-product",
      severity: "error",
      from: { pathNot: ["^local/", test] },
      to: { path: "^(shared/testing|tests)/|\\.(test|contract)\\.tsx?$" },
    },
    {
      name: "packages-are-listed",
      severity: "error",
      from: { pathNot: test },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.data)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};
