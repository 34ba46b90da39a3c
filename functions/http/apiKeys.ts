/** API keys of integrations, for administrators. */
import { apiKeyView, keyIdOf } from "../../shared/domain/apiKeys.ts";
import { notFound } from "../../shared/domain/errors.ts";
import * as apiKeys from "../../shared/repositories/apiKeys.ts";
import {
  ApiKeyList,
  ApiKeyParams,
  type ApiKeyRecord,
  ApiKeyView,
  CreateApiKeyBody,
  IssuedApiKey,
  RotateApiKeyQuery,
} from "../../shared/schemas/apiKeys.ts";
import { PageQuery } from "../../shared/schemas/page.ts";
import { createApiKey } from "../../shared/services/createApiKey.ts";
import { revokeApiKey } from "../../shared/services/revokeApiKey.ts";
import { rotateApiKey } from "../../shared/services/rotateApiKey.ts";
import { endpoint, type PublicEndpoint } from "../kit/endpoint.ts";

type Deps = Parameters<PublicEndpoint["handle"]>[0]["deps"];

const ROUTE = "admin/api-keys";
const permission = "api_keys:manage";

export const apiKeysList = endpoint({
  name: "api-keys-list",
  method: "GET",
  route: ROUTE,
  permission,
  summary:
    "List the keys of integrations with their use; revoked and expired ones stay for 90 days.",
  query: PageQuery,
  reply: ApiKeyList,
  async handle({ deps, principal, query }) {
    const { keys, cursor } = await apiKeys.list(deps.documents, principal.tenant_id, query);
    const items = await Promise.all(keys.map((key) => shown(deps, key)));
    return { status: 200, body: { items, limit: query.limit, next_cursor: cursor ?? null } };
  },
});

export const apiKeysCreate = endpoint({
  name: "api-keys-create",
  method: "POST",
  route: ROUTE,
  permission,
  summary: "Make a key for one integration; the key itself is in this reply only.",
  success: 201,
  showsSecret: true,
  body: CreateApiKeyBody,
  reply: IssuedApiKey,
  async handle({ deps, principal, body }) {
    const issued = await createApiKey(deps, principal, body);
    return { status: 201, body: issued, headers: { location: `/api/${ROUTE}/${issued.id}` } };
  },
});

export const apiKeysGet = endpoint({
  name: "api-keys-get",
  method: "GET",
  route: `${ROUTE}/{id}`,
  permission,
  summary: "Read a key: what it may do, and how often it was used each day.",
  params: ApiKeyParams,
  reply: ApiKeyView,
  async handle({ deps, principal, params }) {
    const keyId = keyIdOf(params.id);
    const stored = await apiKeys.readOwn(deps.documents, principal.tenant_id, keyId);
    if (stored === undefined) throw notFound("API key");
    return { status: 200, body: await shown(deps, stored.key) };
  },
});

export const apiKeysRotate = endpoint({
  name: "api-keys-rotate",
  method: "POST",
  route: `${ROUTE}/{id}/rotate`,
  permission,
  summary: "Give a key a new secret; the previous one keeps working for a while.",
  params: ApiKeyParams,
  query: RotateApiKeyQuery,
  reply: IssuedApiKey,
  async handle({ deps, principal, params, query }) {
    return { status: 200, body: await rotateApiKey(deps, principal, params.id, query) };
  },
});

export const apiKeysRevoke = endpoint({
  name: "api-keys-revoke",
  method: "DELETE",
  route: `${ROUTE}/{id}`,
  permission,
  summary: "Revoke a key: it is refused from the next request on.",
  success: 204,
  params: ApiKeyParams,
  async handle({ deps, principal, params }) {
    await revokeApiKey(deps, principal, params.id);
    return { status: 204 };
  },
});

const shown = async ({ documents, clock }: Deps, key: ApiKeyRecord): Promise<ApiKeyView> =>
  apiKeyView(key, await apiKeys.readUse(documents, key.key_id), clock.now());
