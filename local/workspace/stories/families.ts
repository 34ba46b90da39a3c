/** The kinds of cases that can be played: add a module, list it here. */
import { dataExfiltration } from "./dataExfiltration.ts";
import { lateralMovement } from "./lateralMovement.ts";
import { malwareHost } from "./malwareHost.ts";
import { persistenceCloud } from "./persistenceCloud.ts";
import { phishing } from "./phishing.ts";
import { signInAttack } from "./signInAttack.ts";
import type { StoryFamily } from "./story.ts";
import { suspiciousProcess } from "./suspiciousProcess.ts";

export const FAMILIES: readonly StoryFamily[] = [
  signInAttack,
  phishing,
  malwareHost,
  suspiciousProcess,
  lateralMovement,
  dataExfiltration,
  persistenceCloud,
];
