/** Admin > SIEM Providers: every connected workspace and its health, and the way to a new one. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { useApi } from "../../api/context.ts";
import { ApiError } from "../../api/problem.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { Forbidden } from "../signIn/Forbidden.tsx";
import { useMay } from "../signIn/me.ts";
import { ProviderCard } from "./ProviderCard.tsx";
import { ProviderForm } from "./ProviderForm.tsx";
import { providerOptions, providersOptions } from "./queries.ts";
import { Requirements } from "./Requirements.tsx";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1200px" },
  top: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalL },
  title: { fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold, margin: 0 },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  add: {
    marginLeft: "auto",
    padding: "5px 12px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: "none",
  },
  list: { listStyleType: "none", padding: 0, margin: `${tokens.spacingVerticalM} 0` },
});

/** No provider is chosen yet, so the commands keep their placeholders. */
const NO_VALUES = { client_id: "", subscription_id: "", resource_group: "", workspace_name: "" };

interface Props {
  /** Id of the provider whose form is open, `new` for a new one. */
  edit: string | undefined;
  onClose: () => void;
}

export function ProvidersPage({ edit, onClose }: Props) {
  const styles = useStyles();
  useTitle("SIEM Providers");
  const may = useMay("providers:manage");
  if (!may) return <Forbidden what="Connecting Sentinel workspaces" needs="admin" />;
  return (
    <div className={styles.root}>
      {edit === undefined && <List />}
      {edit === "new" && <ProviderForm held={undefined} onClose={onClose} />}
      {edit !== undefined && edit !== "new" && <EditForm key={edit} id={edit} onClose={onClose} />}
    </div>
  );
}

function List() {
  const styles = useStyles();
  const found = useQuery(providersOptions(useApi()));
  return (
    <>
      <div className={styles.top}>
        <h1 className={styles.title}>SIEM Providers</h1>
        {found.data !== undefined && <span className={styles.quiet}>{stateWords(found.data)}</span>}
        <Link to="/admin/siem-providers" search={{ edit: "new" }} className={styles.add}>
          Add provider
        </Link>
      </div>
      {found.isPending && <SkeletonRows rows={4} label="Loading providers" />}
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.total === 0 && (
        <Notice title="No workspace is connected yet">
          Add the first provider: it becomes the default of investigations, and its incidents appear
          by themselves.
        </Notice>
      )}
      {found.data !== undefined && found.data.total > 0 && (
        <ul className={styles.list} aria-label="Providers">
          {found.data.providers.map((provider) => (
            <ProviderCard key={provider.id} provider={provider} />
          ))}
        </ul>
      )}
      <Requirements values={NO_VALUES} />
    </>
  );
}

/** State in one glance: all is well, or what to do. */
function stateWords({
  providers,
}: {
  providers: { status: string; is_default: boolean }[];
}): string {
  const failing = providers.filter(({ status }) => status === "error").length;
  if (failing > 0) return `${failing} of ${providers.length} failing: see what its checks say`;
  if (providers.length > 0 && !providers.some((provider) => provider.is_default)) {
    return "None is the default: choose one, or investigations cannot start";
  }
  return `${providers.length} connected`;
}

function EditForm({ id, onClose }: { id: string; onClose: () => void }) {
  const held = useQuery(providerOptions(useApi(), id));
  if (held.isPending) return <SkeletonRows rows={6} label="Loading the provider" />;
  if (held.data === undefined) {
    const isGone = held.error instanceof ApiError && held.error.problem.status === 404;
    if (!isGone) return <Failure error={held.error} onRetry={() => void held.refetch()} />;
    return (
      <Notice
        title="There is no such provider"
        actions={<Link to="/admin/siem-providers">Go to the providers</Link>}
      >
        It may have been deleted.
      </Notice>
    );
  }
  return <ProviderForm held={held.data} onClose={onClose} />;
}
