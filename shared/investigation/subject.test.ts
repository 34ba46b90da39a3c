import { expect, test } from "vitest";

import type { IncidentEntity } from "../schemas/incidents.ts";
import { InvestigationState } from "./state.ts";
import { knownValues } from "./subject.ts";

const APP_ID = "9375c06d-c933-428c-bd52-5314a466cb9b";

const application = (value: string, ...aliases: string[]): IncidentEntity => ({
  id: `cloud_application:${value.toLowerCase()}`,
  type: "cloud_application",
  value,
  aliases,
  strong: true,
  private: false,
  sources: [],
  alias_sources: [],
});

const knownOf = (entity: IncidentEntity) =>
  knownValues({ query: "", alerts: [], entities: [entity] });

// Anybody may give an application the name of one that the company has used for years.
test("an application is looked up by its ids; by its name only where no id is known", () => {
  const byId = knownOf(application(APP_ID, "Mail Sync"));
  expect(byId).toMatchObject({ apps: [APP_ID], appNames: [] });
  const byName = knownOf(application("Mail Sync"));
  expect(byName).toMatchObject({ apps: [], appNames: ["mail sync"] });
});

// A run that was under way, or is followed up, would otherwise fail when a release knows one parameter more.
test("a stored state without a parameter that came up later is read as knowing none of it", () => {
  const { known } = InvestigationState.shape;
  expect(known.parse({ users: ["ada@contoso.example"] })).toMatchObject({
    users: ["ada@contoso.example"],
    appNames: [],
  });
});
