/** Programs that the questions tell apart: what opens documents, what manages machines, what can run anything. */

/** Lists of names as KQL writes them. */
const kqlList = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** Programs that open what others sent. */
export const DOCUMENT_PROGRAMS = [
  "winword.exe",
  "excel.exe",
  "powerpnt.exe",
  "onenote.exe",
  "outlook.exe",
  "olk.exe",
  "acrord32.exe",
  "acrobat.exe",
  "mshta.exe",
  "wscript.exe",
  "cscript.exe",
] as const;

export const BROWSERS = ["chrome.exe", "msedge.exe", "firefox.exe", "brave.exe"] as const;

/** Agents by which a company's own administrators deploy and run things. */
export const MANAGEMENT_AGENTS = [
  "ccmexec.exe",
  "ccmsetup.exe",
  "intunemanagementextension.exe",
  "agentexecutor.exe",
  "gpscript.exe",
  "taniumclient.exe",
  "qualysagent.exe",
  "monitoringhost.exe",
  "senseir.exe",
] as const;

const INTERPRETERS = [
  "powershell.exe",
  "pwsh.exe",
  "cmd.exe",
  "wscript.exe",
  "cscript.exe",
  "mshta.exe",
  "rundll32.exe",
  "regsvr32.exe",
  "wmic.exe",
  "msiexec.exe",
  "certutil.exe",
  "bitsadmin.exe",
  "schtasks.exe",
  "svchost.exe",
  "explorer.exe",
  "services.exe",
  "lsass.exe",
  "wmiprvse.exe",
  "conhost.exe",
  "net.exe",
  "sc.exe",
  "reg.exe",
] as const;

/** Tools that run programs on other machines. */
export const REMOTE_TOOLS = [
  "psexec.exe",
  "psexec64.exe",
  "psexesvc.exe",
  "paexec.exe",
  "winrs.exe",
  "wsmprovhost.exe",
] as const;

/** Tools that carry data away. */
export const TRANSFER_TOOLS = [
  "rclone.exe",
  "winscp.exe",
  "ftp.exe",
  "pscp.exe",
  "sftp.exe",
  "curl.exe",
  "azcopy.exe",
  "megasync.exe",
  "megacmd.exe",
  "mega.exe",
  "filezilla.exe",
] as const;

export const isInterpreter = (name: string): boolean =>
  INTERPRETERS.some((one) => one === name.toLowerCase());

export const KQL_MANAGEMENT_AGENTS = kqlList(MANAGEMENT_AGENTS);
export const KQL_INTERPRETERS = kqlList(INTERPRETERS);
export const KQL_REMOTE_TOOLS = kqlList(REMOTE_TOOLS);
export const KQL_TRANSFER_TOOLS = kqlList(TRANSFER_TOOLS);

/** Encoded, hidden, or fetching and running code: what administrators' commands seldom and attackers' often do. */
export const HIDING_COMMAND = `@"(?i)\\s-e(nc|ncodedcommand|c)?\\s+[a-z0-9+/=]{16,}|frombase64string|downloadstring|downloadfile|invoke-webrequest|\\biwr\\b|\\biex\\b|invoke-expression|-w(indowstyle)?\\s+h(idden)?\\b|javascript:|urlcache"`;

/**
 * Tells from `Days` how something came again: on a good part of the days, as software does; on a few, as exercises and
 * planned work do; or once. A week has five working days: steady is half of them.
 */
export const RHYTHM = `| extend Rhythm = iff(Days >= 3 and Days >= 0.35 * ((_start - _base) / 1d), "steadily", iff(Days >= 2, "in rounds", "once"))`;
