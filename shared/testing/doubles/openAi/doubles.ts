/** Model endpoints of one test file, each stopped after the test that started it. */
import { afterEach } from "vitest";

import { type Answer, OpenAiDouble } from "./server.ts";

/** Call it once in a test file. @returns what starts an endpoint that gives these answers in order. */
export function openAiDoubles(): (...answers: Answer[]) => Promise<OpenAiDouble> {
  const started: OpenAiDouble[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()));
  });
  return async (...answers) => {
    const double = await OpenAiDouble.answering(...answers).start();
    started.push(double);
    return double;
  };
}
