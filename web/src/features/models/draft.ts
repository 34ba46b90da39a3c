/** What the model form holds while somebody fills it in, and the request it makes. */
import type { ModelView } from "../../../../shared/schemas/models.ts";

export interface ModelDraft {
  model_name: string;
  provider: "azure" | "openai_compatible";
  model_id: string;
  api_base: string;
  api_version: string;
  /** Empty keeps the stored key, or uses none. */
  api_key: string;
  removes_key: boolean;
  input_per_million: string;
  cached_input_per_million: string;
  output_per_million: string;
  context_tokens: string;
  is_default: boolean;
}

const NEW: ModelDraft = {
  model_name: "",
  provider: "azure",
  model_id: "",
  api_base: "",
  api_version: "",
  api_key: "",
  removes_key: false,
  input_per_million: "",
  cached_input_per_million: "",
  output_per_million: "",
  context_tokens: "64000",
  is_default: false,
};

export function draftOf(model: ModelView | undefined): ModelDraft {
  if (model === undefined) return NEW;
  const { model_name, provider, model_id, api_base, prices, is_default } = model;
  return {
    ...NEW,
    model_name,
    provider,
    model_id,
    api_base,
    is_default,
    api_version: model.api_version ?? "",
    input_per_million: textOf(prices?.input_per_million),
    cached_input_per_million: textOf(prices?.cached_input_per_million),
    output_per_million: textOf(prices?.output_per_million),
    context_tokens: textOf(model.context_tokens),
  };
}

const textOf = (value: number | undefined): string => (value === undefined ? "" : String(value));

/** As the request's body; the server's own schema judges it. */
export function bodyOf(draft: ModelDraft, isNew: boolean): Record<string, unknown> {
  const { input_per_million: input, output_per_million: output } = draft;
  const cached = draft.cached_input_per_million.trim();
  const hasPrices = [input, output, cached].some((text) => text.trim() !== "");
  const prices = {
    input_per_million: numberOf(input),
    ...(cached !== "" && { cached_input_per_million: numberOf(cached) }),
    output_per_million: numberOf(output),
  };
  return {
    ...(isNew && { model_name: draft.model_name.trim() }),
    provider: draft.provider,
    model_id: draft.model_id.trim(),
    api_base: draft.api_base.trim(),
    api_version: draft.api_version.trim() === "" ? null : draft.api_version.trim(),
    prices: hasPrices ? prices : null,
    context_tokens: numberOf(draft.context_tokens),
    ...((isNew || draft.is_default) && { is_default: draft.is_default }),
    ...(draft.api_key !== "" && { api_key: draft.api_key }),
    ...(!isNew && draft.api_key === "" && draft.removes_key && { api_key: null }),
  };
}

/** What is no number goes as it is: the schema says what is wrong with it. */
const numberOf = (text: string): number | string => {
  const trimmed = text.trim().replace(",", ".");
  return trimmed === "" || Number.isNaN(Number(trimmed)) ? text : Number(trimmed);
};
