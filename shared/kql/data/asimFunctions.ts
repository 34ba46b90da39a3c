/** The unifying parsers of the Advanced Security Information Model and their filtering parameters, as documented. */
import type { KqlFunction } from "../../schemas/kql.ts";
import { type AsimSchema, asimColumns } from "./asimColumns.ts";

const TIMES = ["starttime", "endtime"].map((name) => `${name}:datetime=datetime(null)`);
const lists = (...names: string[]): string[] => names.map((name) => `${name}:dynamic=dynamic([])`);
const texts = (...names: string[]): string[] => names.map((name) => `${name}:string='*'`);
const PACK = "pack:bool=false";

const PROCESS = [
  ...TIMES,
  ...lists(
    "commandline_has_any",
    "commandline_has_all",
    "commandline_has_any_ip_prefix",
    "actingprocess_has_any",
    "targetprocess_has_any",
    "parentprocess_has_any",
  ),
  ...texts("targetusername_has"),
  ...lists("dvcipaddr_has_any_prefix", "dvchostname_has_any"),
  ...texts("eventtype"),
  ...lists("hashes_has_any"),
];

export interface AsimParser {
  /** What follows `_Im_` and `_ASim_`. */
  readonly name: string;
  readonly schema: AsimSchema;
  /** Of the filtering parser; the other one takes only `pack`. */
  readonly parameters: readonly string[];
}

/** The unifying parsers, one per schema and kind of event. */
export const ASIM_PARSERS: readonly AsimParser[] = [
  {
    name: "Authentication",
    schema: "Authentication",
    parameters: [
      ...TIMES,
      ...lists(
        "username_has_any",
        "targetappname_has_any",
        "srcipaddr_has_any_prefix",
        "srchostname_has_any",
        "eventtype_in",
        "eventresultdetails_in",
      ),
      ...texts("eventresult"),
      PACK,
    ],
  },
  {
    name: "NetworkSession",
    schema: "NetworkSession",
    parameters: [
      ...TIMES,
      ...lists("srcipaddr_has_any_prefix", "dstipaddr_has_any_prefix", "ipaddr_has_any_prefix"),
      "dstportnumber:int=int(null)",
      ...lists("hostname_has_any", "dvcaction"),
      ...texts("eventresult"),
      PACK,
    ],
  },
  {
    name: "Dns",
    schema: "Dns",
    parameters: [
      ...TIMES,
      ...texts("srcipaddr"),
      ...lists("domain_has_any"),
      ...texts("responsecodename", "response_has_ipv4"),
      ...lists("response_has_any_prefix"),
      "eventtype:string='Query'",
      PACK,
    ],
  },
  {
    name: "WebSession",
    schema: "WebSession",
    parameters: [
      ...TIMES,
      ...lists(
        "srcipaddr_has_any_prefix",
        "ipaddr_has_any_prefix",
        "url_has_any",
        "httpuseragent_has_any",
        "eventresultdetails_in",
      ),
      ...texts("eventresult"),
      ...lists("eventresultdetails_has_any"),
      PACK,
    ],
  },
  { name: "ProcessEvent", schema: "ProcessEvent", parameters: PROCESS },
  { name: "ProcessCreate", schema: "ProcessEvent", parameters: PROCESS },
  { name: "ProcessTerminate", schema: "ProcessEvent", parameters: PROCESS },
  {
    name: "FileEvent",
    schema: "FileEvent",
    parameters: [
      ...TIMES,
      ...lists(
        "eventtype_in",
        "srcipaddr_has_any_prefix",
        "actorusername_has_any",
        "targetfilepath_has_any",
        "srcfilepath_has_any",
        "hashes_has_any",
        "dvchostname_has_any",
      ),
      PACK,
    ],
  },
  {
    name: "RegistryEvent",
    schema: "RegistryEvent",
    parameters: [
      ...TIMES,
      ...lists(
        "eventtype_in",
        "actorusername_has_any",
        "registrykey_has_any",
        "registryvalue_has_any",
        "registrydata_has_any",
        "dvchostname_has_any",
      ),
      PACK,
    ],
  },
  {
    name: "AuditEvent",
    schema: "AuditEvent",
    parameters: [
      ...TIMES,
      ...lists(
        "srcipaddr_has_any_prefix",
        "actorusername_has_any",
        "operation_has_any",
        "eventtype_in",
      ),
      ...texts("eventresult"),
      ...lists("object_has_any", "newvalue_has_any"),
      PACK,
    ],
  },
  {
    name: "UserManagement",
    schema: "UserManagement",
    parameters: [
      ...TIMES,
      ...lists(
        "srcipaddr_has_any_prefix",
        "targetusername_has_any",
        "actorusername_has_any",
        "eventtype_in",
      ),
      PACK,
    ],
  },
];

/** What follows `im` and `ASim` where parsers are deployed to the workspace instead of built in, if it is another name. */
const DEPLOYED_NAMES: Readonly<Record<string, string>> = { RegistryEvent: "Registry" };

/** The unifying parsers' names in a workspace that they were deployed to: filtering, and not. */
export function deployedNames({ name }: AsimParser): { filtering: string; plain: string } {
  const deployed = DEPLOYED_NAMES[name] ?? name;
  return { filtering: `im${deployed}`, plain: `ASim${deployed}` };
}

/** Signatures of the built-in parsers, filtering (`_Im_`) and not (`_ASim_`), for workspaces that do not list them. */
export const ASIM_FUNCTIONS: readonly KqlFunction[] = ASIM_PARSERS.flatMap(
  ({ name, schema, parameters }) => [
    { name: `_Im_${name}`, parameters: parameters.join(", "), columns: asimColumns(schema) },
    { name: `_ASim_${name}`, parameters: PACK, columns: asimColumns(schema) },
  ],
);
