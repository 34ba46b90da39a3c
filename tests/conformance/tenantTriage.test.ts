/** The triage questions on the stories: what they ask is answered by the rows that a story wrote. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { FAMILIES } from "../../local/workspace/stories/families.ts";
import { Truth } from "../../local/workspace/stories/story.ts";
import type { Tenant } from "../../local/workspace/tenant.ts";
import { testClock, testTenant } from "../../local/workspace/testTenant.ts";
import { kqlConstants, kqlDatetime, kqlDynamic, kqlLong } from "../../shared/kql/constants.ts";
import { compileQuery } from "../../shared/kql/engine/compile.ts";

const SEED = join(import.meta.dirname, "../../../shared/data/triage/triage-seed.json");
const Questions = z.object({
  families: z.record(
    z.string(),
    z.object({ common: z.array(z.string()), own: z.array(z.string()) }),
  ),
  questions: z.array(z.looseObject({ id: z.string(), kql: z.string() })),
});

/** The twelve questions of a family, without those whose answer depends on chance. */
const twelve = (letter: string, without: readonly number[] = []): string[] =>
  Array.from({ length: 12 }, (_, index) => index + 1)
    .filter((number) => !without.includes(number))
    .map((number) => `${letter}${String(number).padStart(2, "0")}`);

/** Questions that the rows of a true positive must answer; the others may be empty. */
const MUST_ANSWER: Readonly<Record<string, readonly string[]>> = {
  signin_attack: [
    "c01",
    "c03",
    "c05",
    "c07",
    "s01",
    "s02",
    "s03",
    "s04",
    "s05",
    "s07",
    "s09",
    "s10",
    "s11",
    "s12",
  ],
  phishing: ["c01", "p01", "p02", "p03", "p04", "p06", "p07", "p08", "p09", "p11", "p12"],
  malware_host: ["c01", "c03", ...twelve("m", [11])],
  suspicious_process: ["c01", "c03", ...twelve("x")],
  lateral_movement: ["c01", "c03", "c05", ...twelve("l")],
  data_exfiltration: ["c01", "c03", "c05", "c07", ...twelve("d")],
  persistence_cloud: ["c01", "c03", "c05", "c07", ...twelve("o", [10])],
};

/** Who sent the messages. */
function sendersOf(tenant: Tenant, mailIds: string[]): string[] {
  const constants = kqlConstants({ _mailIds: kqlDynamic(mailIds) });
  const kql = `${constants}EmailEvents | where NetworkMessageId in (_mailIds) | distinct SenderFromAddress`;
  const run = compileQuery(kql, tenant.schema).run(tenant.tables, { now: tenant.now() });
  return run.rows.flatMap(([sender]) => (typeof sender === "string" ? [sender] : []));
}

describe.skipIf(!existsSync(SEED))("triage questions", () => {
  const seed = existsSync(SEED)
    ? Questions.parse(JSON.parse(readFileSync(SEED, "utf8")))
    : { families: {}, questions: [] };
  const cases = FAMILIES.flatMap(({ name }) =>
    Truth.options.map((truth) => [name, truth] as const),
  );

  test.each(cases)(
    "%s, %s: every question of the family runs; a true positive answers the decisive ones",
    (family, truth) => {
      const clock = testClock();
      const tenant = testTenant(clock);
      const [number = 0] = tenant.playStory({ family, truth, seed: "triage" }).incident_numbers;
      const entities = tenant.truth(number)?.entities ?? [];
      const valuesOf = (type: string) =>
        entities.filter((one) => one.type === type).map((one) => one.value);
      const now = clock.now().getTime();
      const constants = kqlConstants({
        _start: kqlDatetime(new Date(now - 6 * 3_600_000)),
        _end: kqlDatetime(new Date(now)),
        _base: kqlDatetime(new Date(now - 30 * 86_400_000)),
        _users: kqlDynamic(valuesOf("account")),
        _accounts: kqlDynamic(valuesOf("account").map((upn) => upn.split("@")[0] ?? upn)),
        _userIds: kqlDynamic([]),
        _ips: kqlDynamic(valuesOf("ip")),
        _hosts: kqlDynamic(valuesOf("host")),
        _hashes: kqlDynamic(valuesOf("file_hash")),
        _files: kqlDynamic(valuesOf("file")),
        _urls: kqlDynamic(valuesOf("url").map((url) => new URL(url).hostname)),
        _mailIds: kqlDynamic(valuesOf("mail_message")),
        _senders: kqlDynamic(sendersOf(tenant, valuesOf("mail_message"))),
        _incident: kqlLong(number),
      });
      const { common = [], own = [] } = seed.families[family] ?? {};
      const answered = [...common, ...own].filter((id) => {
        const question = seed.questions.find((one) => one.id === id);
        const query = compileQuery(constants + (question?.kql ?? ""), tenant.schema);
        return query.run(tenant.tables, { now: clock.now() }).rows.length > 0;
      });
      const expected = truth === "true_positive" ? (MUST_ANSWER[family] ?? []) : ["c01"];
      expect(answered).toEqual(expect.arrayContaining([...expected]));
      expect([...common, ...own].length).toBeGreaterThan(12);
    },
  );
});
