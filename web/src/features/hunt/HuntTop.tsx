/** The head of the page: on which workspace, over which time, and the button that runs it. */
import { Button, makeStyles, Select, Spinner, tokens } from "@fluentui/react-components";

import { useSyncs } from "../incidents/queries.ts";
import { TimeRangeChoice } from "./TimeRangeChoice.tsx";
import { isUsable } from "./timespans.ts";

const useStyles = makeStyles({
  top: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM },
  title: { fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold, margin: 0 },
  end: {
    marginLeft: "auto",
    display: "flex",
    flexWrap: "wrap",
    justifyContent: "flex-end",
    gap: tokens.spacingHorizontalS,
  },
});

interface Props {
  timespan: string;
  onTimespan: (timespan: string) => void;
  /** An id; undefined for the default provider. */
  provider: string | undefined;
  onProvider: (provider: string | undefined) => void;
  isRunning: boolean;
  isEmpty: boolean;
  onRun: () => void;
}

export function HuntTop(props: Props) {
  const { timespan, provider, isRunning, isEmpty, onRun } = props;
  const styles = useStyles();
  return (
    <div className={styles.top}>
      <h1 className={styles.title}>Hunt</h1>
      <div className={styles.end}>
        <ProviderChoice provider={provider} onProvider={props.onProvider} />
        <TimeRangeChoice timespan={timespan} onTimespan={props.onTimespan} />
        <Button
          size="small"
          appearance="primary"
          disabled={isRunning || isEmpty || !isUsable(timespan)}
          title="Ctrl+Enter"
          onClick={onRun}
        >
          {isRunning ? <Spinner size="extra-tiny" label="Running" /> : "Run"}
        </Button>
      </div>
    </div>
  );
}

/** Nothing to choose where the tenant has one workspace, unless the address names another. */
function ProviderChoice({ provider, onProvider }: Pick<Props, "provider" | "onProvider">) {
  const syncs = useSyncs().data?.syncs ?? [];
  if (syncs.length < 2 && provider === undefined) return null;
  const chosen = provider ?? syncs.find(({ is_default }) => is_default)?.provider_id ?? "";
  const isKnown = syncs.some(({ provider_id }) => provider_id === chosen);
  return (
    <Select
      size="small"
      aria-label="Provider"
      value={chosen}
      onChange={(_, { value }) => {
        const isDefault = syncs.some((one) => one.provider_id === value && one.is_default);
        onProvider(isDefault || value === "" ? undefined : value);
      }}
    >
      {!isKnown && <option value={chosen}>{chosen === "" ? "Default provider" : chosen}</option>}
      {syncs.map((one) => (
        <option key={one.provider_id} value={one.provider_id}>
          {one.provider}
        </option>
      ))}
    </Select>
  );
}
