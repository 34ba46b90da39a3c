/** Replies that show a secret once are never stored to be given again. */
import { expect, test } from "vitest";

import { triggers } from "../../functions/contents.ts";
import { isCreating } from "../../functions/kit/idempotency.ts";

const SECRETS = ["api_key", "secret", "client_secret", "token"];

// What a request with an Idempotency-Key answered is kept for a day: a secret in it would lie in the store as it is.
test("every creating endpoint whose reply has a secret says so", () => {
  const showing = triggers.endpoints.filter(({ reply }) => {
    const shape: unknown = reply !== undefined && "shape" in reply ? reply.shape : undefined;
    return SECRETS.some((name) => Object.hasOwn(Object(shape), name));
  });
  expect(showing.map(({ name }) => name)).toContain("api-keys-create");
  const silent = showing.filter((each) => isCreating(each) && each.showsSecret !== true);
  expect(silent.map(({ name }) => name)).toEqual([]);
});
