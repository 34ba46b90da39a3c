/** A fault of a body is told once, and limits are the ones that hold. */
import { expect, test } from "vitest";
import type { z } from "zod";

import { INCIDENT_NUMBER_MAX } from "./incidentNumberMax.ts";
import { IncidentPatch } from "./incidents.ts";
import { IncidentBulk } from "./incidentsBulk.ts";
import { IncidentWriteback } from "./incidentsWriteback.ts";
import { StartInvestigationBody } from "./investigations.ts";
import { issueWords } from "./issueWords.ts";
import { UpdateModelBody } from "./models.ts";
import { SavePreferencesBody } from "./notificationPreferences.ts";
import { UpdateScheduleBody } from "./schedules.ts";
import { SessionQuery } from "./sessions.ts";
import { UpdateProviderBody } from "./siemProviders.ts";
import { UpdateWebhookBody } from "./webhooks.ts";

const issuesOf = (body: z.ZodType, sent: unknown) =>
  body.safeParse(sent, { error: issueWords }).error?.issues ?? [];

const bodies: readonly [string, z.ZodType, object][] = [
  ["an incident", IncidentPatch, {}],
  ["many incidents", IncidentBulk, { numbers: [1] }],
  ["a write-back", IncidentWriteback, {}],
  ["a model", UpdateModelBody, {}],
  ["preferences", SavePreferencesBody, {}],
  ["a schedule", UpdateScheduleBody, {}],
  ["a provider", UpdateProviderBody, {}],
  ["a webhook", UpdateWebhookBody, {}],
];

// "Name at least one field" beside it reads as if the misspelled field had not been sent.
test.each(bodies)("%s: a field that is not known is the only fault", (_name, body, rest) => {
  expect(issuesOf(body, { ...rest, nmae: "x" })).toMatchObject([
    { code: "unrecognized_keys", keys: ["nmae"] },
  ]);
});

test.each(bodies)("%s: a body that changes nothing is told so", (_name, body, rest) => {
  expect(issuesOf(body, rest)).toMatchObject([
    { message: expect.stringMatching(/at least one (field to )?change/) },
  ]);
});

// 9007199254740991 is the greatest whole number of the program, not of an incident.
test.each([INCIDENT_NUMBER_MAX + 1, 2 ** 53, 2 ** 60])("%d is beyond every incident", (number) => {
  const message = `This must be at most ${INCIDENT_NUMBER_MAX}.`;
  expect(issuesOf(IncidentBulk, { numbers: [number], tags: [] })).toMatchObject([
    { path: ["numbers", 0], message },
  ]);
  expect(issuesOf(StartInvestigationBody, { query: "?", incident_number: number })).toMatchObject([
    { path: ["incident_number"], message },
  ]);
  expect(issuesOf(SessionQuery, { incident_number: String(number) })).toMatchObject([
    { path: ["incident_number"], message },
  ]);
});
