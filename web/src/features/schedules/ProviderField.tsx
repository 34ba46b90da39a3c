/** Which workspace a schedule asks; nothing to choose where there is only one. */
import { Field, Select } from "@fluentui/react-components";

import { useSyncs } from "../incidents/queries.ts";

/** What requests call the default provider. */
const DEFAULT = "sentinel";

interface Props {
  provider: string;
  onChange: (provider: string) => void;
}

export function ProviderField({ provider, onChange }: Props) {
  const syncs = useSyncs().data?.syncs ?? [];
  if (syncs.length < 2 && provider === DEFAULT) return null;
  const isKnown = provider === DEFAULT || syncs.some(({ provider_id }) => provider_id === provider);
  return (
    <Field label="Provider" size="small">
      <Select size="small" value={provider} onChange={(_, { value }) => onChange(value)}>
        <option value={DEFAULT}>The default one</option>
        {!isKnown && <option value={provider}>{provider}</option>}
        {syncs.map((one) => (
          <option key={one.provider_id} value={one.provider_id}>
            {one.provider}
          </option>
        ))}
      </Select>
    </Field>
  );
}
