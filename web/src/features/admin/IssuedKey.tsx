/** Shows a new key: the only time that anybody sees it. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import type { IssuedApiKey } from "../../../../shared/schemas/apiKeys.ts";
import { useApi } from "../../api/context.ts";
import { CopyText } from "../../components/CopyText.tsx";
import { Modal } from "../../components/Modal.tsx";

const useStyles = makeStyles({
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  end: { display: "flex", justifyContent: "flex-end" },
});

interface Props {
  issued: IssuedApiKey;
  onClose: () => void;
}

export function IssuedKey({ issued, onClose }: Props) {
  const styles = useStyles();
  const api = useApi();
  const { api_key, header_name, name } = issued;
  return (
    <Modal title={`The key of ${name}`} onClose={onClose} width={680}>
      <div className={styles.body}>
        <p>
          Copy it now and keep it where the integration keeps its secrets. It is shown this once and
          stored nowhere; whoever loses it rotates the key.
        </p>
        <CopyText text={api_key} what="the key" />
        <p>Send it with each request:</p>
        <CopyText
          text={`curl -H "${header_name}: $SOCMATE_API_KEY" ${api.addressOf("/api/v1/me")}`}
          what="the command"
        />
        <div className={styles.end}>
          <Button appearance="primary" data-first onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </div>
    </Modal>
  );
}
