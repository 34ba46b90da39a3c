/** Texts that must not pass the policy. Families are written out, so that each trick meets each thing it could hide. */

/** What must never run, as an expression that gives rows. */
const FORBIDDEN = [
  'externaldata(a:string)["https://evil.test/x"]',
  'cluster("evil").database("d").T',
  'workspace("other").SecurityEvent',
  'app("other").requests',
  'adx("evil/d").T',
  'arg("").Resources',
  'database("*").T',
  'external_table("x")',
  "T | evaluate python(typeof(*), 'x')",
  "T | evaluate http_request('https://evil.test')",
  "T | evaluate sql_request('Server=evil', 'select 1')",
  'search "x"',
  "union *",
  "find where a == 1",
] as const;

/** Ways in which people hide what a text does. */
const DISGUISES: readonly ((inner: string) => string)[] = [
  (inner) => inner,
  (inner) => `// harmless\n${inner}`,
  (inner) => `// harmless\r${inner}`,
  (inner) => `// harmless\u2028${inner}`,
  (inner) => `let x = (${inner}); x`,
  (inner) => `let f = () { ${inner} }; f()`,
  (inner) => `let f = () { let g = () { ${inner} }; g() }; f() | take 1`,
  (inner) => `union isfuzzy=true (${inner}), T`,
  (inner) => `T | join kind=leftouter (${inner}) on $left.a == $right.a`,
  (inner) => `T | where a in ((${inner} | project a))`,
  (inner) => `let v = toscalar(${inner} | count); T | where a > v`,
  (inner) => `let m = materialize(${inner}); m | take 1`,
  (inner) => `\u00a0\u200b${inner}`,
];

/** What is no family. */
const SINGLE = [
  "",
  " ",
  "// only a comment",
  "let x = 1;",
  ".show tables",
  ".drop table T",
  ".create table X (a:long)",
  "\n .set X <| T",
  "T; T",
  "T | take 1; .drop table T",
  "set querytrace; T",
  "set truncationmaxsize = 1000000000; T",
  "alias database d = cluster('x').database('y'); T",
  "declare pattern p; T",
  "restrict access to (T); T",
  "1 + 1",
  "'text'",
  'let n = "T"; table(n)',
  'table(strcat("T", ""))',
  "union T*, T",
  'search in (T*) "x"',
  "T | macro-expand entity_group [cluster('x')] as e (e.T)",
  "#crp query_language=csl\nT",
  "T | invoke cluster('x').database('y').f()",
  "union isfuzzy=true ['workspace']('x').T, T",
  "union isfuzzy=true WORKSPACE('x').T, T",
  "union isfuzzy=true nosuch('x'), T",
] as const;

/** Every hostile text. */
export const HOSTILE: readonly string[] = [
  ...SINGLE,
  ...DISGUISES.flatMap((disguise) => FORBIDDEN.map(disguise)),
];
