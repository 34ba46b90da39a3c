/** Dead letters of a work queue: replayed or dropped one by one, by their key. */
import { describe, expect, test } from "vitest";

import type { DeadLetter } from "../schemas/deadLetters.ts";
import { SOON_MS, type BenchSteps } from "./workQueueBench.ts";

export function describeDeadLetters(steps: BenchSteps): void {
  const { queue, otherConnection, quiet, receiveOne } = steps;

  /** Three letters, and the one in their middle. */
  const buried = async (): Promise<DeadLetter> => {
    await queue().send(
      "audit",
      ["a", "b", "c"].map((id) => ({ id, body: { id } })),
    );
    for (let i = 0; i < 3; i += 1) await (await receiveOne()).deadLetter("reason", "words");
    const letters = await queue().deadLetters("audit", 10);
    expect(new Set(letters.map(({ key }) => key)).size).toBe(3);
    const letter = letters.find(({ id }) => id === "b");
    if (letter === undefined) throw new Error("The letter is not listed.");
    return letter;
  };
  const left = async () => (await queue().deadLetters("audit", 10)).map(({ id }) => id).toSorted();

  describe("dead letters", () => {
    test("a replayed letter is gone from the dead and comes as the message that was given", async () => {
      const { key } = await buried();
      const message = { id: "b:again", body: { id: "b", fresh: true } };
      expect(await otherConnection().replayDeadLetter("audit", key, message)).toBe(true);
      expect(await receiveOne()).toMatchObject({ ...message, deliveryCount: 1 });
      expect(await left()).toEqual(["a", "c"]);
    });

    test("a dropped letter is gone and nothing comes of it", async () => {
      const { key } = await buried();
      expect(await queue().dropDeadLetter("audit", key)).toBe(true);
      expect(await quiet()).toEqual([]);
      expect(await left()).toEqual(["a", "c"]);
    });

    // Two administrators press at once: the work must be done once.
    test("a letter that is no longer there is neither replayed nor dropped", async () => {
      const { key } = await buried();
      expect(await queue().dropDeadLetter("audit", key)).toBe(true);
      const message = { id: "b:again", body: null };
      expect(await queue().replayDeadLetter("audit", key, message)).toBe(false);
      expect(await queue().dropDeadLetter("audit", key)).toBe(false);
      expect(await queue().dropDeadLetter("audit", "no key")).toBe(false);
      expect(await queue().dropDeadLetter("notifications", key)).toBe(false);
      expect(await quiet()).toEqual([]);
    });

    // Letters of all tenants lie in one queue: an administrator's own may come after thousands of others.
    test("letters are leafed through by key, each once, and looked up one by one", async () => {
      await buried();
      const [first, ...rest] = await queue().deadLetters("audit", 10);
      expect(await queue().deadLetters("audit", 1)).toMatchObject([{ key: first?.key }]);
      expect(await otherConnection().deadLetters("audit", 10, first?.key)).toEqual(rest);
      expect(await queue().deadLetters("audit", 1, first?.key)).toEqual(rest.slice(0, 1));
      expect(await queue().deadLetters("audit", 10, rest.at(-1)?.key)).toEqual([]);
      expect(await queue().deadLetter("audit", rest[0]?.key ?? "")).toEqual(rest[0]);
      expect(await queue().deadLetter("notifications", rest[0]?.key ?? "")).toBeUndefined();
      for (const wrong of ["", "no key", "-1", "1e3", "99999999999999999999", "0"]) {
        expect(await queue().deadLetter("audit", wrong)).toBeUndefined();
      }
      expect(await queue().deadLetters("audit", 10, "no key")).toEqual([]);
    });

    test("the letters around one that was replayed can be replayed too", async () => {
      const { key } = await buried();
      await queue().replayDeadLetter("audit", key, { id: "b:again", body: "b" });
      for (const letter of await queue().deadLetters("audit", 10)) {
        const message = { id: `${letter.id}:again`, body: letter.body };
        expect(await queue().replayDeadLetter("audit", letter.key, message)).toBe(true);
      }
      expect(await left()).toEqual([]);
      const messages = [];
      for (let i = 0; i < 3; i += 1) messages.push(await queue().receive("audit", 1, SOON_MS));
      expect(
        messages
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(["a:again", "b:again", "c:again"]);
    });
  });
}
