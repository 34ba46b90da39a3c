/** The only reader of process.env: every setting of the program, checked once at start. */
import { z } from "zod";

import type { AuthSettings, ModelSettings, Settings } from "../ports/deps.ts";

const Url = z.url().transform((url) => url.replace(/\/$/, ""));
const List = z
  .string()
  .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
  .pipe(z.array(z.string()).min(1));

/** What a model may use up in one session, by default; INVESTIGATION_BUDGET overrides parts of it. */
const BUDGET = { turns: 12, seconds: 600, tokens: 300_000, usd: 2, queries: 20, rows: 5_000 };
const Rate = z.coerce.number().int().min(10).max(10_000_000);
const Bound = z.number().positive().max(5_000_000);
const jsonText = (example: string) =>
  z
    .string()
    .default("{}")
    .transform((text, context) => {
      try {
        const given: unknown = JSON.parse(text);
        return given;
      } catch {
        context.addIssue(`Give a JSON object, e.g. ${example}.`);
        return z.NEVER;
      }
    });
const Price = z.number().nonnegative().max(10_000);
/** US dollars for a million tokens; `{}` when they are not known. */
const Prices = jsonText('{"input_per_million":2,"output_per_million":8}').pipe(
  z.union([
    z.strictObject({
      input_per_million: Price,
      cached_input_per_million: Price.exactOptional(),
      output_per_million: Price,
    }),
    z.strictObject({}).transform(() => null),
  ]),
);
const Budget = jsonText('{"turns":8}')
  .pipe(
    z
      .strictObject({
        turns: Bound.int().max(50),
        seconds: Bound.int().max(3600),
        tokens: Bound.int().min(1_000),
        usd: Bound.max(100),
        queries: Bound.int().max(100),
        rows: Bound.int().max(50_000),
      })
      .partial(),
  )
  .transform((given): ModelSettings["budget"] => ({
    turns: given.turns ?? BUDGET.turns,
    seconds: given.seconds ?? BUDGET.seconds,
    tokens: given.tokens ?? BUDGET.tokens,
    usd: given.usd ?? BUDGET.usd,
    queries: given.queries ?? BUDGET.queries,
    rows: given.rows ?? BUDGET.rows,
  }));

/** A mail server, or empty for none; user and password are part of it. */
const SmtpUrl = z.union([z.literal(""), z.url({ protocol: /^smtps?$/ })]).default("");

/** Settings on Azure. `infra/` writes each of them, and a test compares the two lists both ways. */
export const AzureEnv = z.object({
  /** Always `entra`: the template writes it as a literal. */
  AUTH_MODE: z.literal("entra"),
  /** Entra tenants that may sign in, separated by commas. */
  ENTRA_TENANT_IDS: List,
  /** Application (client) id of the API's registration: the audience of its tokens. */
  ENTRA_CLIENT_ID: z.guid(),
  COSMOS_ENDPOINT: Url,
  COSMOS_DATABASE: z.string().min(1),
  /** Namespace of the queues, e.g. `name.servicebus.windows.net`; the triggers read the same setting. */
  SERVICE_BUS__fullyQualifiedNamespace: z.string().min(1),
  BLOB_ENDPOINT: Url,
  BLOB_CONTAINER: z.string().min(1),
  /** Key Vault key that wraps provider secrets: `https://vault…/keys/name`. */
  KEY_VAULT_KEY_URL: Url,
  /** The user-assigned identity that every adapter signs in with. */
  MANAGED_IDENTITY_CLIENT_ID: z.guid(),
  /** Where the web app lives: links in notifications, and the origin CORS admits. */
  WEB_ORIGIN: Url,
  SYNC_CRON: z.string().min(1).default("0 */5 * * * *"),
  /** `https://name.openai.azure.com` of the deployment's own models; empty for none. */
  AZURE_OPENAI_ENDPOINT: z.union([z.literal(""), Url]).default(""),
  /** The model deployment that judges when a tenant has set up no model of its own. */
  AZURE_OPENAI_DEPLOYMENT: z.string().default(""),
  AZURE_OPENAI_API_VERSION: z.string().min(1).default("2024-10-21"),
  /** JSON, e.g. `{"input_per_million":2,"output_per_million":8}`: without them no money budget can be held. */
  AZURE_OPENAI_PRICES: Prices,
  /** JSON, e.g. `{"turns":8,"usd":1}`. */
  INVESTIGATION_BUDGET: Budget,
  /** `smtps://user:password@host:465` or `smtp://…:587`; empty for no mail. */
  SMTP_URL: SmtpUrl,
  /** Sender of mail, e.g. `SoCMate <soc@contoso.example>`. */
  MAIL_FROM: z.string().default(""),
  /** 1 for the platform's own front end; one more for each proxy before it that adds to X-Forwarded-For. */
  TRUSTED_PROXIES: z.coerce.number().int().min(1).max(10).default(1),
  /** Requests a minute of one person, and of one application; each API key has its own limit. */
  USER_REQUESTS_PER_MINUTE: Rate.default(100),
  APPLICATION_REQUESTS_PER_MINUTE: Rate.default(200),
});
export type AzureEnv = z.infer<typeof AzureEnv>;

/** With what the Functions host sets by itself; no template writes it. */
const AzureHostEnv = AzureEnv.extend({
  /** Where the host hands out its identities' tokens. Absent on a developer's machine (`func start`). */
  IDENTITY_ENDPOINT: z.string().min(1).optional(),
  /** Where telemetry goes; the host reads it too. Absent: spans and figures are off. */
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().min(1).optional(),
});
export type AzureHostEnv = z.infer<typeof AzureHostEnv>;

/** Settings of the embedded run; `local/start.ts` sets them. */
const EmbeddedEnv = z.object({
  AUTH_MODE: z.literal("local"),
  DATA_DIR: z.string().min(1),
  /** One person at one machine: a limit that only a loop gone wild meets. */
  USER_REQUESTS_PER_MINUTE: Rate.default(1_000_000),
  APPLICATION_REQUESTS_PER_MINUTE: Rate.default(1_000_000),
  SYNC_CRON: z.string().min(1).default("0 */5 * * * *"),
  INVESTIGATION_BUDGET: Budget,
  SMTP_URL: SmtpUrl,
  MAIL_FROM: z.string().default("SoCMate <socmate@localhost>"),
  /** `allow` lets webhooks reach receivers on this machine, also without TLS, to try them out. */
  WEBHOOK_LOOPBACK: z.enum(["refuse", "allow"]).default("refuse"),
});
export type EmbeddedEnv = z.infer<typeof EmbeddedEnv>;

export type Env = AzureHostEnv | EmbeddedEnv;

const AnyEnv = z.discriminatedUnion("AUTH_MODE", [AzureHostEnv, EmbeddedEnv], {
  error: "AUTH_MODE must be entra.",
});

/**
 * Reads and checks the settings.
 * @throws Error that names every setting that is missing or wrong, and none of their values.
 */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const parsed = AnyEnv.safeParse(refuseLocalOnAzure(source));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The settings are not usable. ${wrong.join("; ")}`);
}

/** Any WEBSITE_* setting means an Azure host, whichever of them the platform sets. */
function refuseLocalOnAzure(source: Readonly<Record<string, string | undefined>>) {
  const website = Object.keys(source).find((name) => name.startsWith("WEBSITE_"));
  if (source["AUTH_MODE"] === "local" && website !== undefined) {
    throw new Error(`AUTH_MODE=local is refused where ${website} is set: this is an Azure host.`);
  }
  return source;
}

/** A key says its own limit; the number here is for one whose record would not. */
export const requestsPerMinute = (
  env: Pick<AzureEnv, "USER_REQUESTS_PER_MINUTE" | "APPLICATION_REQUESTS_PER_MINUTE">,
) => ({
  user: env.USER_REQUESTS_PER_MINUTE,
  application: env.APPLICATION_REQUESTS_PER_MINUTE,
  api_key: 100,
});

export function azureSettings(env: AzureEnv): Settings {
  const auth: AuthSettings = {
    issuer: "https://login.microsoftonline.com/{tid}/v2.0",
    audiences: [env.ENTRA_CLIENT_ID, `api://${env.ENTRA_CLIENT_ID}`],
    tenantIds: env.ENTRA_TENANT_IDS,
    keys: { kind: "remote", uri: "https://login.microsoftonline.com/common/discovery/v2.0/keys" },
  };
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_DEPLOYMENT: deployment } = env;
  const { AZURE_OPENAI_API_VERSION: apiVersion, AZURE_OPENAI_PRICES: prices } = env;
  const isSet = endpoint !== "" && deployment !== "";
  const models = {
    azure: isSet ? { endpoint, deployment, apiVersion, prices } : undefined,
    budget: env.INVESTIGATION_BUDGET,
  };
  const edge = {
    proxies: env.TRUSTED_PROXIES,
    requestsPerMinute: requestsPerMinute(env),
    isShared: true,
  };
  return { auth, webOrigin: env.WEB_ORIGIN, syncCron: env.SYNC_CRON, models, edge };
}

/** The mail server that the settings name; `undefined` for none. */
export const mailServerOf = ({
  SMTP_URL: url,
  MAIL_FROM: from,
}: Pick<EmbeddedEnv, "SMTP_URL" | "MAIL_FROM">): { url: string; from: string } | undefined =>
  url === "" || from === "" ? undefined : { url, from };
