/** Saves all incidents that match the filter as CSV. */
import { Button, Spinner } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";

import { useApi } from "../../api/context.ts";
import { download } from "../../components/download.ts";
import { Failure } from "../../components/Notice.tsx";

/** `query`: the API query of the list; its page size does not count. */
export function ExportButton({ query }: { query: string }) {
  const api = useApi();
  const save = useMutation({
    mutationFn: async () => {
      const filter = new URLSearchParams(query);
      filter.delete("limit");
      download(await api.file(`/api/v1/incidents/export.csv?${filter}`), "incidents.csv");
    },
  });
  return (
    <>
      <Button size="small" disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? <Spinner size="extra-tiny" label="Exporting" /> : "Export CSV"}
      </Button>
      {save.isError && <Failure error={save.error} onRetry={() => save.mutate()} />}
    </>
  );
}
