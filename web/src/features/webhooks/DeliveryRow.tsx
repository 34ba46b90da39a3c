/** One delivery: its event, target, state and last attempt; it can be begun anew. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import type { DeliveryView } from "../../../../shared/schemas/deliveries.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Ago, UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { useRedeliver } from "./queries.ts";

const useStyles = makeStyles({
  good: { color: "var(--good)" },
  bad: { color: "var(--severityHigh)" },
  hash: { fontFamily: tokens.fontFamilyMonospace },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const SHAPES = { pending: "○", delivered: "●", failed: "▲", cancelled: "–" } as const;

export function DeliveryRow({ delivery }: { delivery: DeliveryView }) {
  const styles = useStyles();
  const redeliver = useRedeliver();
  const { status, event, event_ids, channel, attempt_count } = delivery;
  const last = delivery.attempts.at(-1);
  const count = event_ids.length;
  const isPutOff = (delivery.next_attempt_at ?? "") > delivery.created_at;
  return (
    <tr>
      <td>
        <UtcTime at={delivery.created_at} />
      </td>
      <td>{count > 1 ? `${count} events together` : plainWords(event.replaceAll("-", "_"))}</td>
      <td>
        <OutsideText text={delivery.target_name} limit={60} />{" "}
        <span className={styles.quiet}>{channel}</span>
      </td>
      <td className={status === "failed" ? styles.bad : status === "delivered" ? styles.good : ""}>
        {SHAPES[status]} {status}
        {delivery.next_attempt_at !== null && isPutOff && (
          <div className={styles.quiet}>
            next <UtcTime at={delivery.next_attempt_at} />
          </div>
        )}
      </td>
      <td>
        {last === undefined ? (
          isPutOff ? (
            "none yet: the receiver is left alone for now"
          ) : (
            "none yet"
          )
        ) : (
          <>
            {last.detail} {last.latency_ms} ms, attempt {attempt_count}, <Ago at={last.at} />
          </>
        )}
        {redeliver.isError && <Failure error={redeliver.error} />}
      </td>
      <td className={styles.hash} title={last?.request_hash}>
        {last?.request_hash.slice(0, 8)}
      </td>
      <td>
        <Button
          size="small"
          disabled={redeliver.isPending}
          onClick={() => redeliver.mutate({ delivery_id: delivery.id })}
        >
          Redeliver
        </Button>
      </td>
    </tr>
  );
}
