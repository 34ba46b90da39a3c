/** Says what a deletion does and asks for the provider's name before it happens. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from "@fluentui/react-components";
import { useState } from "react";

import type { ProviderView } from "../../../../shared/schemas/siemProviders.ts";
import { OutsideText } from "../../components/OutsideText.tsx";

interface Props {
  provider: ProviderView;
  onClose: () => void;
  onDelete: () => void;
}

export function DeleteDialog({ provider, onClose, onDelete }: Props) {
  const [typed, setTyped] = useState("");
  return (
    <Dialog open modalType="alert" surfaceMotion={null} onOpenChange={onClose}>
      <DialogSurface backdropMotion={null}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed === provider.name) onDelete();
          }}
        >
          <DialogBody>
            <DialogTitle>
              Delete <OutsideText text={provider.name} />?
            </DialogTitle>
            <DialogContent>
              <p>
                Its queries and its incident sync stop, and its secret is destroyed. Incidents and
                investigations that are here stay.
                {provider.is_default &&
                  " It is the default: investigations need another one until you choose it."}
              </p>
              <Field label={`Type ${provider.name} to confirm`}>
                <Input value={typed} onChange={(_, { value }) => setTyped(value)} />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>Keep it</Button>
              <Button type="submit" appearance="primary" disabled={typed !== provider.name}>
                Delete
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
