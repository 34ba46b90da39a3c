/**
 * Entities of 1,000 alerts whose documents are nested and refer back by `$ref`, merged over the alerts. Judged in seconds,
 * beside parsing the same documents as JSON, which is the least that anybody has to do with them.
 */
import { performance } from "node:perf_hooks";

import { mergeEntities } from "../../shared/domain/entities.ts";
import { Json } from "../../shared/schemas/json.ts";
import { median, report } from "./child.ts";

const ALERTS = 1_000;
const ROUNDS = 7;

/** Account, host, process with its file and parent, address and file hash; a third of them are names of the alert before. */
function documentOf(alert: number): Json {
  const user = alert - (alert % 3);
  const host = { $id: "3", Type: "host", HostName: `pc-${user}`, DnsDomain: "contoso.example" };
  const hash = { $id: "6", Type: "filehash", Algorithm: "SHA256", Value: `${user}`.repeat(16) };
  const image = {
    $id: "5",
    Type: "file",
    Directory: "C:\\Windows\\System32",
    Name: `tool-${user}.exe`,
    FileHashes: [hash],
    Host: { $ref: "3" },
  };
  const account = { $id: "2", Type: "account", Name: `user${user}`, UPNSuffix: "contoso.example" };
  const started = {
    Type: "process",
    CreationTimeUtc: "2026-11-01T12:00:00Z",
    Host: { $ref: "3" },
    Account: { $ref: "2" },
  };
  const parent = { ...started, $id: "7", ProcessId: "4", CommandLine: "explorer.exe" };
  return [
    account,
    {
      ...host,
      LastIpAddress: { $id: "4", Type: "ip", Address: `203.0.${user >> 8}.${user % 256}` },
    },
    {
      ...started,
      $id: "8",
      ProcessId: String(alert),
      CommandLine: `tool-${user}.exe -run ${alert}`,
      ImageFile: image,
      ParentProcess: parent,
    },
    { $ref: "4" },
    { $ref: "5" },
    { $ref: "6" },
  ];
}

const texts = Array.from({ length: ALERTS }, (_, alert) => JSON.stringify(documentOf(alert)));
const merges: number[] = [];
const parses: number[] = [];
let entities = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const from = performance.now();
  const alerts = texts.map((text, alert) => {
    const document = Json.parse(JSON.parse(text));
    return { id: `alert-${alert}`, entities: Array.isArray(document) ? document : [] };
  });
  const parsed = performance.now();
  entities = mergeEntities(alerts).entities.length;
  merges.push(performance.now() - parsed);
  parses.push(parsed - from);
}
report({
  alerts: ALERTS,
  entities,
  first_ms: Math.round(merges[0] ?? Number.NaN),
  merge_ms: Math.round(median(merges)),
  parse_ms: Math.round(median(parses)),
  merge_over_parse: Number((median(merges) / median(parses)).toFixed(2)),
});
