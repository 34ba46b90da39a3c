/** `npm run test:chaos [rounds] [seed]`: kills the product that often, by default 50 times. */
import { chaos } from "./chaos.ts";
import { seededRandom } from "./seededRandom.ts";

const rounds = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
console.log(`${rounds} rounds with seed ${seed}`);
const result = await chaos(rounds, seededRandom(seed), (line) => console.log(line));
console.log(
  `${result.rounds} kills: ${result.killsInWork} while work was under way, ${result.killsInWrites} inside a write; ${result.cut} requests were cut off. ` +
    `${result.sessions} sessions, ${result.schedules} schedules, ${result.notes} notes and ${result.stories} stories were acknowledged.`,
);
for (const line of result.broken) console.log(`BROKEN ${line}`);
process.exit(result.broken.length === 0 ? 0 : 1);
