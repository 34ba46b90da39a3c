/** Language models: which ones judge besides the rules, for administrators. */
import { z } from "zod";

import { notFound } from "../../shared/domain/errors.ts";
import { isNamed, modelEtag, modelView } from "../../shared/domain/models.ts";
import * as models from "../../shared/repositories/models.ts";
import {
  CreateModelBody,
  ModelList,
  ModelNames,
  type ModelRecord,
  ModelTestReply,
  ModelView,
  UpdateModelBody,
} from "../../shared/schemas/models.ts";
import { createModel } from "../../shared/services/createModel.ts";
import { deleteModel } from "../../shared/services/deleteModel.ts";
import { setDefaultModel } from "../../shared/services/setDefaultModel.ts";
import { testModel } from "../../shared/services/testModel.ts";
import { updateModel } from "../../shared/services/updateModel.ts";
import { endpoint } from "../kit/endpoint.ts";

const ROUTE = "admin/models";
const permission = "models:manage";
const ModelParams = z.strictObject({ name: z.string().min(1).max(100) });

export const modelsList = endpoint({
  name: "models-list",
  method: "GET",
  route: ROUTE,
  permission,
  summary: "List the models that can judge; the deployment's own when none is set up.",
  reply: ModelList,
  async handle({ deps, principal }) {
    const own = await models.list(deps.documents, principal.tenant_id);
    const source = own.length > 0 ? ("tenant" as const) : ("settings" as const);
    const found = await models.usable(deps, principal.tenant_id);
    const items = found.map((model) => modelView(model, source));
    return { status: 200, body: { items, total: items.length } };
  },
});

export const modelsNames = endpoint({
  name: "models-names",
  method: "GET",
  route: "v1/models",
  permission: "investigations:write",
  summary: "Names of the models that an investigation can be started with.",
  reply: ModelNames,
  async handle({ deps, principal }) {
    const found = await models.usable(deps, principal.tenant_id);
    const items = found.map(({ model_name, is_default }) => ({ model_name, is_default }));
    return { status: 200, body: { items, total: items.length } };
  },
});

export const modelsCreate = endpoint({
  name: "models-create",
  method: "POST",
  route: ROUTE,
  permission,
  summary: "Set up a model; the first one becomes the default.",
  success: 201,
  body: CreateModelBody,
  reply: ModelView,
  async handle({ deps, principal, body }) {
    const model = await createModel(deps, principal, body);
    const location = `/api/${ROUTE}/${model.model_name}`;
    return { ...shown(model), status: 201, headers: { location } };
  },
});

export const modelsGet = endpoint({
  name: "models-get",
  method: "GET",
  route: `${ROUTE}/{name}`,
  permission,
  summary: "Read a model.",
  params: ModelParams,
  reply: ModelView,
  async handle({ deps, principal, params }) {
    const known = await models.list(deps.documents, principal.tenant_id);
    const model = known.find(isNamed(params.name));
    if (model === undefined) throw notFound("model");
    return shown(model);
  },
});

export const modelsUpdate = endpoint({
  name: "models-update",
  method: "PATCH",
  route: `${ROUTE}/{name}`,
  permission,
  summary: "Change a model; the change applies from the next exchange on.",
  params: ModelParams,
  body: UpdateModelBody,
  reply: ModelView,
  async handle({ deps, principal, params, body, ifMatch }) {
    return shown(await updateModel(deps, principal, { name: params.name, ifMatch }, body));
  },
});

export const modelsTest = endpoint({
  name: "models-test",
  method: "POST",
  route: `${ROUTE}/{name}/test`,
  permission,
  summary: "Try a model with three small exchanges.",
  params: ModelParams,
  reply: ModelTestReply,
  async handle({ deps, principal, params }) {
    return { status: 200, body: await testModel(deps, principal, params.name) };
  },
});

export const modelsDefault = endpoint({
  name: "models-default",
  method: "PUT",
  route: `${ROUTE}/{name}/default`,
  permission,
  summary: "Make a model the one that new sessions ask.",
  params: ModelParams,
  reply: ModelView,
  async handle({ deps, principal, params }) {
    return shown(await setDefaultModel(deps, principal, params.name));
  },
});

export const modelsDelete = endpoint({
  name: "models-delete",
  method: "DELETE",
  route: `${ROUTE}/{name}`,
  permission,
  summary: "Remove a model with its key.",
  success: 204,
  params: ModelParams,
  async handle({ deps, principal, params }) {
    await deleteModel(deps, principal, params.name);
    return { status: 204 };
  },
});

const shown = (model: ModelRecord) => ({
  status: 200 as const,
  body: modelView(model, "tenant"),
  etag: modelEtag(model),
});
