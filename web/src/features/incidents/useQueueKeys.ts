/** Keys of the queue; each has its twin for the mouse. */
import { useNavigate } from "@tanstack/react-router";
import type { RefObject } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useKeys } from "../../components/useKeys.ts";
import { useMay, useMe } from "../signIn/me.ts";
import type { ListControl } from "./IncidentList.tsx";
import { useProviderParam } from "./queries.ts";
import type { Acts } from "./useActs.ts";
import type { Current } from "./useCurrent.ts";
import type { Selection } from "./useSelection.ts";

interface Props {
  rows: readonly IncidentSummary[];
  current: Current;
  selection: Selection;
  acts: Acts;
  /** The selected, or else the current one. */
  targets: readonly IncidentSummary[];
  control: RefObject<ListControl | null>;
  search: RefObject<HTMLInputElement | null>;
  onStatus: () => void;
}

/** Returns what opens an incident. */
export function useQueueKeys(props: Props): (incident: IncidentSummary) => void {
  const { rows, current, selection, acts, targets } = props;
  const navigate = useNavigate();
  const me = useMe();
  const mayWrite = useMay("incidents:write");
  const mayInvestigate = useMay("investigations:write");
  const providerOf = useProviderParam();
  const open = ({ number, provider_id: provider }: IncidentSummary) =>
    void navigate({
      to: "/incidents/$number",
      params: { number: String(number) },
      search: { provider: providerOf(provider) },
    });
  const walk = (by: 1 | -1) => {
    const at = rows.findIndex(({ id }) => id === (current.incident?.id ?? focusedId()));
    const next = at === -1 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1);
    const row = rows[next];
    if (row === undefined) return;
    current.choose(row.id);
    props.control.current?.focusRow(next);
  };
  const onOne = (act: (incident: IncidentSummary) => void) => () => {
    if (current.incident !== undefined) act(current.incident);
  };
  const leave = () => {
    if (current.incident !== undefined && current.isShown) current.hide();
    else selection.clear();
  };
  const email = me.email;
  useKeys({
    j: () => walk(1),
    k: () => walk(-1),
    "/": () => props.search.current?.focus(),
    Enter: onOne(open),
    Escape: leave,
    ...(mayWrite && {
      x: onOne(selection.toggle),
      s: () => targets.length > 0 && props.onStatus(),
      e: onOne(acts.enrich),
      ...(email !== undefined && { a: () => acts.change(targets, { assigned_to: email }) }),
    }),
    ...(mayInvestigate && { i: onOne(acts.investigate) }),
  });
  return open;
}

/** A row may have the focus by Tab before any key chose one. */
const focusedId = (): string | undefined =>
  document.activeElement instanceof HTMLElement ? document.activeElement.dataset["id"] : undefined;
