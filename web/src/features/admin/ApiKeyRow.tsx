/** One API key in the list: what it may do, whether it opens, how much it is used. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import type { ApiKeyView } from "../../../../shared/schemas/apiKeys.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Age, UtcTime } from "../../components/Time.tsx";
import type { KeyAct } from "./ApiKeyActs.tsx";
import { StateWord } from "./StateWord.tsx";
import { UseBars } from "./UseBars.tsx";

const useStyles = makeStyles({
  name: { fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2 },
  mono: { fontFamily: tokens.fontFamilyMonospace },
  acts: { display: "flex", gap: "4px" },
});

interface Props {
  item: ApiKeyView;
  onAct: (act: KeyAct) => void;
}

const STATE = { active: "ok", expired: "attention", revoked: "failed" } as const;
const WORD = { active: "Active", expired: "Expired", revoked: "Revoked" };

export function ApiKeyRow({ item, onAct }: Props) {
  const styles = useStyles();
  const { name, key_id, status, scopes, last_used_at, last_used_from, uses } = item;
  return (
    <tr>
      <td>
        <div className={styles.name}>
          <OutsideText text={name} />
        </div>
        <div className={styles.mono}>sk_live_{key_id}_…</div>
        <Bounds item={item} />
      </td>
      <td>
        <StateWord state={STATE[status]} word={WORD[status]} />
        {item.previous_valid_until !== null && (
          <div className={styles.quiet}>
            The secret before opens until <UtcTime at={item.previous_valid_until} />
          </div>
        )}
      </td>
      <td>{scopes.join(", ")}</td>
      <td>
        {last_used_at === null ? "never" : <Age at={last_used_at} />}
        {last_used_from !== null && <div className={styles.quiet}>{last_used_from}</div>}
      </td>
      <td>
        <UseBars uses={uses} />
      </td>
      <td>
        <UtcTime at={item.expires_at} />
      </td>
      <td>
        {status === "active" && (
          <div className={styles.acts}>
            <Button size="small" aria-label={`Rotate ${name}`} onClick={() => onAct("rotate")}>
              Rotate
            </Button>
            <Button size="small" aria-label={`Revoke ${name}`} onClick={() => onAct("revoke")}>
              Revoke
            </Button>
          </div>
        )}
      </td>
    </tr>
  );
}

function Bounds({ item }: { item: ApiKeyView }) {
  const styles = useStyles();
  const { rate_limit_per_minute, allowed_cidrs, description } = item;
  const from = allowed_cidrs.length === 0 ? "anywhere" : allowed_cidrs.join(", ");
  return (
    <div className={styles.quiet}>
      {description !== "" && (
        <div>
          <OutsideText text={description} />
        </div>
      )}
      {rate_limit_per_minute} a minute, from {from}
    </div>
  );
}
