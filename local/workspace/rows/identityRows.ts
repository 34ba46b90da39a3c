/** Rows of Entra ID: sign-ins, audit, risk, and what Sentinel knows of users. */
import type { Company, Place, User } from "../company.ts";
import type { Random } from "../random.ts";
import { iso, type LogRow, logRow, type Row } from "./row.ts";

/** How the second factor went. */
export type Mfa = "completed" | "denied" | "claim" | "not required";

export interface SignIn {
  readonly at: number;
  readonly user: User;
  readonly ip: string;
  readonly place: Place;
  /** "0" or an AADSTS number. */
  readonly result: string;
  readonly app: string;
  readonly client?: string;
  readonly mfa?: Mfa;
  /** From the user's own machine: known to the directory, managed and compliant. */
  readonly isOwnDevice: boolean;
  readonly risk?: "none" | "low" | "medium" | "high";
  readonly userAgent?: string;
}

const RESULTS: Readonly<Record<string, string>> = {
  "0": "",
  "50126": "Invalid username or password or Invalid on-premise username or password.",
  "50053":
    "Account is locked because user tried to sign in too many times with an incorrect user ID or password.",
  "50055": "Invalid password, entered expired password.",
  "50074": "Strong Authentication is required.",
  "53003": "Access has been blocked by Conditional Access policies.",
  "500121": "Authentication failed during strong authentication request.",
};

const MFA_STEPS: Readonly<Record<Mfa, readonly [string, boolean, string]>> = {
  completed: ["Mobile app notification", true, "MFA successfully completed"],
  denied: ["Mobile app notification", false, "MFA denied; user declined the authentication"],
  claim: ["Previously satisfied", true, "MFA requirement satisfied by claim in the token"],
  "not required": ["Password", true, "Correct password"],
};

const EDGE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0";

const locationOf = ({ city, state, country, latitude, longitude }: Place) => ({
  city,
  state,
  countryOrRegion: country,
  geoCoordinates: { latitude, longitude },
});

function stepsOf({ at, result, mfa = "not required" }: SignIn): string {
  const step = (method: string, succeeded: boolean, detail: string, kind: string) => ({
    authenticationStepDateTime: iso(at),
    authenticationMethod: method,
    succeeded,
    authenticationStepResultDetail: detail,
    authenticationStepRequirement: kind,
  });
  const isPasswordWrong = ["50126", "50053", "50055"].includes(result);
  const steps = [
    isPasswordWrong
      ? step("Password", false, "Invalid password", "Primary authentication")
      : step("Password", true, "Correct password", "Primary authentication"),
  ];
  if (mfa !== "not required" && !isPasswordWrong)
    steps.push(step(...MFA_STEPS[mfa], "Multifactor authentication"));
  return JSON.stringify(steps);
}

function signInColumns(company: Company, random: Random, signIn: SignIn): Row {
  const { at, user, ip, place, result, app, mfa = "not required", risk = "none" } = signIn;
  const isProtected = mfa !== "not required";
  return {
    SourceSystem: "Azure AD",
    OperationName: "Sign-in activity",
    Category: "SignInLogs",
    ResultType: result,
    ResultDescription: RESULTS[result] ?? "Other",
    CorrelationId: random.guid(),
    Id: random.guid(),
    Identity: user.name,
    Location: place.country,
    AADTenantId: company.azureTenantId,
    AppDisplayName: app,
    ResourceDisplayName: app.includes("Exchange")
      ? "Office 365 Exchange Online"
      : "Microsoft Graph",
    AuthenticationDetails: stepsOf(signIn),
    AuthenticationRequirement: isProtected
      ? "multiFactorAuthentication"
      : "singleFactorAuthentication",
    ClientAppUsed: signIn.client ?? "Browser",
    ConditionalAccessStatus: isProtected ? "success" : "notApplied",
    CreatedDateTime: iso(at - 1500),
    IPAddress: ip,
    RiskLevelDuringSignIn: risk,
    RiskLevelAggregated: risk,
    RiskState: risk === "none" ? "none" : "atRisk",
    RiskEventTypes: risk === "none" ? "[]" : '["unfamiliarFeatures"]',
    UserAgent: signIn.userAgent ?? EDGE,
    UserDisplayName: user.name,
    UserId: user.id,
    UserPrincipalName: user.upn,
    UserType: "Member",
  };
}

const deviceOf = ({ isOwnDevice, user, userAgent }: SignIn) => ({
  deviceId: isOwnDevice ? user.host.aadDeviceId : "",
  displayName: isOwnDevice ? user.host.name : "",
  operatingSystem: userAgent === undefined ? "Windows10" : "Linux",
  browser: userAgent === undefined ? "Edge 126.0.0" : "Python Requests 2.31",
  isCompliant: isOwnDevice,
  isManaged: isOwnDevice,
  trustType: isOwnDevice ? "Hybrid Azure AD joined" : "",
});

/** An interactive sign-in. */
export const signInRow = (company: Company, random: Random, signIn: SignIn): LogRow =>
  logRow(company, "SigninLogs", signIn.at, {
    ...signInColumns(company, random, signIn),
    IsInteractive: true,
    DeviceDetail: deviceOf(signIn),
    LocationDetails: locationOf(signIn.place),
    Status: { errorCode: Number(signIn.result) },
  });

/** A sign-in by a token; the columns that are dynamic in SigninLogs are text here. */
export const tokenSignInRow = (company: Company, random: Random, signIn: SignIn): LogRow =>
  logRow(company, "AADNonInteractiveUserSignInLogs", signIn.at, {
    ...signInColumns(company, random, signIn),
    Category: "NonInteractiveUserSignInLogs",
    IsInteractive: false,
    DeviceDetail: JSON.stringify(deviceOf(signIn)),
    LocationDetails: JSON.stringify(locationOf(signIn.place)),
    Status: JSON.stringify({ errorCode: Number(signIn.result) }),
  });

export interface DirectoryChange {
  readonly at: number;
  readonly operation: string;
  readonly actor: User;
  readonly target: User;
  readonly ip: string;
}

export const auditRow = (company: Company, random: Random, change: DirectoryChange): LogRow =>
  logRow(company, "AuditLogs", change.at, {
    SourceSystem: "Azure AD",
    OperationName: change.operation,
    ActivityDisplayName: change.operation,
    ActivityDateTime: iso(change.at),
    Category: "UserManagement",
    LoggedByService: "Core Directory",
    Result: "success",
    CorrelationId: random.guid(),
    Id: `Directory_${random.guid()}`,
    Identity: change.actor.name,
    AADTenantId: company.azureTenantId,
    InitiatedBy: {
      user: {
        id: change.actor.id,
        displayName: change.actor.name,
        userPrincipalName: change.actor.upn,
        ipAddress: change.ip,
      },
    },
    TargetResources: [{ id: change.target.id, type: "User", userPrincipalName: change.target.upn }],
  });

export interface Risk {
  readonly at: number;
  readonly user: User;
  readonly ip: string;
  readonly place: Place;
  readonly kind: string;
  readonly level: string;
}

export const riskEventRow = (company: Company, random: Random, risk: Risk): LogRow =>
  logRow(company, "AADUserRiskEvents", risk.at, {
    Activity: "signin",
    ActivityDateTime: iso(risk.at),
    DetectedDateTime: iso(risk.at + 60_000),
    Id: random.hex(64),
    IpAddress: risk.ip,
    Location: locationOf(risk.place),
    RiskEventType: risk.kind,
    RiskLevel: risk.level,
    RiskState: "atRisk",
    Source: "IdentityProtection",
    UserDisplayName: risk.user.name,
    UserId: risk.user.id,
    UserPrincipalName: risk.user.upn,
  });

/** User behaviour analytics of one sign-in; `priority` from 0 (usual) to 10. */
export const behaviorRow = (
  company: Company,
  random: Random,
  { at, user, ip, place }: Risk,
  priority: number,
): LogRow =>
  logRow(company, "BehaviorAnalytics", at, {
    SourceRecordId: random.guid(),
    ActivityType: "LogOn",
    ActionType: "Sign-in",
    UserName: user.account,
    UserPrincipalName: user.upn,
    EventSource: "Azure AD",
    SourceIPAddress: ip,
    SourceIPLocation: place.country,
    InvestigationPriority: priority,
    ActivityInsights: { FirstTimeUserConnectedFromCountry: priority > 3 ? "True" : "False" },
  });

export const identityInfoRow = (company: Company, at: number, user: User): LogRow =>
  logRow(company, "IdentityInfo", at, {
    AccountUPN: user.upn,
    AccountName: user.account,
    AccountDisplayName: user.name,
    AccountObjectId: user.id,
    AccountCloudSID: user.sid,
    AccountTenantId: company.azureTenantId,
    Department: user.department,
    JobTitle: user.title,
    AssignedRoles: user.department === "IT" ? ["Helpdesk Administrator"] : [],
    GroupMembership: [`${user.department} team`, "All employees"],
    IsAccountEnabled: true,
    IsMFARegistered: true,
    UserType: "Member",
    MailAddress: user.upn,
    Tags: "[]",
  });
