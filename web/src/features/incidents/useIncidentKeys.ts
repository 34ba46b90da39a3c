/** Keys of the incident page; each has its twin for the mouse. */
import { useNavigate } from "@tanstack/react-router";

import { useKeys } from "../../components/useKeys.ts";
import { useMay, useMe } from "../signIn/me.ts";
import type { FieldProps } from "./fields.ts";
import type { Steps } from "./NextSteps.tsx";
import { TABS } from "./tabs.ts";
import type { Tab } from "./tabs.ts";

interface Props extends FieldProps {
  steps: Steps;
  onTab: (tab: Tab) => void;
  onStatus: () => void;
}

export function useIncidentKeys({ incident, editor, mayWrite, steps, onTab, onStatus }: Props) {
  const navigate = useNavigate();
  const me = useMe();
  const mayInvestigate = useMay("investigations:write");
  const email = me.email;
  useKeys({
    ...Object.fromEntries(TABS.map(({ value }, index) => [String(index + 1), () => onTab(value)])),
    Escape: () => void navigate({ to: "/incidents" }),
    ...(mayWrite && { s: onStatus, e: steps.runEnrich }),
    ...(mayWrite &&
      email !== undefined && {
        a: () => {
          const base = { assigned_to: incident.assigned_to };
          void editor.save({ patch: { assigned_to: email }, base });
        },
      }),
    ...(mayInvestigate && { i: steps.investigate }),
  });
}
