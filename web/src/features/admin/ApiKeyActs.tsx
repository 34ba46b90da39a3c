/** Asks before a key is rotated or revoked, and says what becomes of who uses it. */
import { Field, Select } from "@fluentui/react-components";
import { useState } from "react";

import type { ApiKeyView, IssuedApiKey } from "../../../../shared/schemas/apiKeys.ts";
import { ConfirmDialog } from "../../components/ConfirmDialog.tsx";
import { useApiKeyActs } from "./queries.ts";

export type KeyAct = "rotate" | "revoke";

const OVERLAPS = [
  [0, "Not at all: it is closed at once"],
  [1, "For 1 hour"],
  [24, "For 24 hours"],
  [168, "For 7 days"],
] as const;

interface Props {
  act: KeyAct;
  item: ApiKeyView;
  onClose: () => void;
  onIssued: (key: IssuedApiKey) => void;
}

export const ApiKeyActs = ({ act, ...props }: Props) =>
  act === "rotate" ? <Rotate {...props} /> : <Revoke {...props} />;

function Rotate({ item, onClose, onIssued }: Omit<Props, "act">) {
  const [overlapHours, setOverlap] = useState(24);
  const { rotate } = useApiKeyActs();
  const onSuccess = (issued: IssuedApiKey) => {
    onClose();
    onIssued(issued);
  };
  return (
    <ConfirmDialog
      title={`Rotate ${item.name}?`}
      act="Rotate"
      error={rotate.error}
      isPending={rotate.isPending}
      onClose={onClose}
      onConfirm={() => rotate.mutate({ id: item.id, overlapHours }, { onSuccess })}
    >
      <p>
        The key gets a new secret, which is shown once. Scopes, limits and expiry stay as they are.
      </p>
      <Field label="How long the present secret still opens">
        <Select value={overlapHours} onChange={(_, { value }) => setOverlap(Number(value))}>
          {OVERLAPS.map(([hours, words]) => (
            <option key={hours} value={hours}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
    </ConfirmDialog>
  );
}

function Revoke({ item, onClose }: Omit<Props, "act">) {
  const { revoke } = useApiKeyActs();
  return (
    <ConfirmDialog
      title={`Revoke ${item.name}?`}
      act="Revoke"
      error={revoke.error}
      isPending={revoke.isPending}
      onClose={onClose}
      onConfirm={() => revoke.mutate(item.id, { onSuccess: onClose })}
    >
      <p>
        The key is refused from the next request on, and cannot be brought back. Whatever uses it
        stops working until it has another one.
      </p>
    </ConfirmDialog>
  );
}
