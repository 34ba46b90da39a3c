/** Whether the reader may change incidents of a provider in Sentinel itself. */
import { useMay } from "../signIn/me.ts";
import { useSyncs } from "./queries.ts";

export function useMayWriteBack(providerId: string): boolean {
  const may = useMay("incidents:writeback");
  const syncs = useSyncs().data?.syncs ?? [];
  return may && syncs.some((one) => one.provider_id === providerId && one.writeback_enabled);
}
