/** The ASIM parsers of a simulated tenant, as functions saved in its workspace. */
import {
  ASIM_PARSERS,
  type AsimParser,
  deployedNames,
} from "../../../shared/kql/data/asimFunctions.ts";
import type { KqlFunction } from "../../../shared/schemas/kql.ts";
import { FILE_EVENT, PROCESS_CREATE, PROCESS_TERMINATE, REGISTRY_EVENT } from "./devices.ts";
import { AUDIT_EVENT, AUTHENTICATION, USER_MANAGEMENT } from "./identity.ts";
import { DNS, NETWORK_SESSION, WEB_SESSION } from "./network.ts";
import { type Filters, parserBody, type Source } from "./parser.ts";

const PROCESS_FILTERS: Filters = {
  commandline_has_any: ["CommandLine"],
  commandline_has_all: ["CommandLine"],
  commandline_has_any_ip_prefix: ["CommandLine"],
  actingprocess_has_any: ["ActingProcessName"],
  targetprocess_has_any: ["TargetProcessName"],
  parentprocess_has_any: ["ParentProcessName"],
  targetusername_has: ["TargetUsername"],
  dvcipaddr_has_any_prefix: ["DvcIpAddr"],
  dvchostname_has_any: ["DvcHostname"],
  eventtype: ["EventType"],
  hashes_has_any: ["TargetProcessSHA256", "TargetProcessSHA1", "TargetProcessMD5"],
};

const PARSERS: Readonly<Record<string, { sources: readonly Source[]; filters: Filters }>> = {
  Authentication: {
    sources: AUTHENTICATION,
    filters: {
      username_has_any: ["TargetUsername", "ActorUsername"],
      targetappname_has_any: ["TargetAppName"],
      srcipaddr_has_any_prefix: ["SrcIpAddr"],
      srchostname_has_any: ["SrcHostname"],
      eventtype_in: ["EventType"],
      eventresultdetails_in: ["EventResultDetails"],
      eventresult: ["EventResult"],
    },
  },
  NetworkSession: {
    sources: NETWORK_SESSION,
    filters: {
      srcipaddr_has_any_prefix: ["SrcIpAddr"],
      dstipaddr_has_any_prefix: ["DstIpAddr"],
      ipaddr_has_any_prefix: ["SrcIpAddr", "DstIpAddr"],
      dstportnumber: ["DstPortNumber"],
      hostname_has_any: ["SrcHostname", "DstHostname"],
      dvcaction: ["DvcAction"],
      eventresult: ["EventResult"],
    },
  },
  Dns: {
    sources: DNS,
    filters: {
      srcipaddr: ["SrcIpAddr"],
      domain_has_any: ["DnsQuery"],
      responsecodename: ["DnsResponseCodeName"],
      response_has_ipv4: ["DnsResponseName"],
      response_has_any_prefix: ["DnsResponseName"],
      eventtype: ["EventType"],
    },
  },
  WebSession: {
    sources: WEB_SESSION,
    filters: {
      srcipaddr_has_any_prefix: ["SrcIpAddr"],
      ipaddr_has_any_prefix: ["SrcIpAddr", "DstIpAddr"],
      url_has_any: ["Url"],
      httpuseragent_has_any: ["HttpUserAgent"],
      eventresultdetails_in: ["EventResultDetails"],
      eventresult: ["EventResult"],
      eventresultdetails_has_any: ["EventResultDetails"],
    },
  },
  ProcessEvent: { sources: [...PROCESS_CREATE, ...PROCESS_TERMINATE], filters: PROCESS_FILTERS },
  ProcessCreate: { sources: PROCESS_CREATE, filters: PROCESS_FILTERS },
  ProcessTerminate: { sources: PROCESS_TERMINATE, filters: PROCESS_FILTERS },
  FileEvent: {
    sources: FILE_EVENT,
    filters: {
      eventtype_in: ["EventType"],
      srcipaddr_has_any_prefix: ["SrcIpAddr"],
      actorusername_has_any: ["ActorUsername"],
      targetfilepath_has_any: ["TargetFilePath"],
      srcfilepath_has_any: ["SrcFilePath"],
      hashes_has_any: ["TargetFileSHA256", "TargetFileSHA1", "TargetFileMD5"],
      dvchostname_has_any: ["DvcHostname"],
    },
  },
  RegistryEvent: {
    sources: REGISTRY_EVENT,
    filters: {
      eventtype_in: ["EventType"],
      actorusername_has_any: ["ActorUsername"],
      registrykey_has_any: ["RegistryKey"],
      registryvalue_has_any: ["RegistryValue"],
      registrydata_has_any: ["RegistryValueData"],
      dvchostname_has_any: ["DvcHostname"],
    },
  },
  AuditEvent: {
    sources: AUDIT_EVENT,
    filters: {
      srcipaddr_has_any_prefix: ["SrcIpAddr"],
      actorusername_has_any: ["ActorUsername"],
      operation_has_any: ["Operation"],
      eventtype_in: ["EventType"],
      eventresult: ["EventResult"],
      object_has_any: ["Object"],
      newvalue_has_any: ["NewValue"],
    },
  },
  UserManagement: {
    sources: USER_MANAGEMENT,
    filters: {
      srcipaddr_has_any_prefix: ["SrcIpAddr"],
      targetusername_has_any: ["TargetUsername"],
      actorusername_has_any: ["ActorUsername"],
      eventtype_in: ["EventType"],
    },
  },
};

function parserFunctions({ name, schema, parameters }: AsimParser): KqlFunction[] {
  const parser = PARSERS[name];
  if (parser === undefined) return [];
  const body = parserBody(schema, parser.sources, parser.filters);
  const deployed = deployedNames({ name, schema, parameters });
  const passed = parameters
    .map((parameter) => parameter.split(":")[0])
    .map((label) => `${label}=${label}`)
    .join(", ");
  return [
    { name: `_Im_${name}`, parameters: parameters.join(", "), body },
    { name: `_ASim_${name}`, parameters: "pack:bool=false", body: `_Im_${name}()` },
    { name: deployed.filtering, parameters: parameters.join(", "), body: `_Im_${name}(${passed})` },
    { name: deployed.plain, parameters: "pack:bool=false", body: `_Im_${name}()` },
  ];
}

/** Filtering and plain parsers, by both of their names, for every schema that the tenant's tables can fill. */
export const ASIM_SAVED: readonly KqlFunction[] = ASIM_PARSERS.flatMap(parserFunctions);
