/** The model form's draft: kept in this tab until it is saved, the key excepted. */
import { type FormDraft, useFormDraft } from "../../components/useFormDraft.ts";
import { useMe } from "../signIn/me.ts";
import type { ModelDraft } from "./draft.ts";

export const useModelDraft = (name: string, fresh: ModelDraft): FormDraft<ModelDraft> =>
  useFormDraft(`model.${useMe().id}.${name}`, fresh, "api_key");
