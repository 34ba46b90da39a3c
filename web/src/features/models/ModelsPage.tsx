/** Admin > Models: which models judge besides the rules, and how they are. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { ModelView } from "../../../../shared/schemas/models.ts";
import { useApi } from "../../api/context.ts";
import { ApiError } from "../../api/problem.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { Forbidden } from "../signIn/Forbidden.tsx";
import { useMay } from "../signIn/me.ts";
import { ModelCard } from "./ModelCard.tsx";
import { ModelForm } from "./ModelForm.tsx";
import { modelOptions, modelsOptions } from "./queries.ts";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1100px" },
  add: {
    padding: "5px 12px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: "none",
  },
  list: { listStyleType: "none", padding: 0, margin: `${tokens.spacingVerticalM} 0` },
});

interface Props {
  /** Name of the model whose form is open, `new` for a new one. */
  edit: string | undefined;
  onClose: () => void;
}

export function ModelsPage({ edit, onClose }: Props) {
  const styles = useStyles();
  useTitle("Models");
  const may = useMay("models:manage");
  const isOld = edit !== undefined && edit !== "new";
  const found = useQuery({ ...modelOptions(useApi(), edit ?? ""), enabled: may && isOld });
  if (!may) return <Forbidden what="Choosing models and what they may cost" needs="admin" />;
  const isGone = found.error instanceof ApiError && found.error.problem.status === 404;
  const reload = () => void found.refetch();
  return (
    <div className={styles.root}>
      {edit === undefined && <List />}
      {edit === "new" && <ModelForm held={undefined} onClose={onClose} onReload={reload} />}
      {isOld && found.data !== undefined && (
        <ModelForm
          key={`${edit} ${found.dataUpdatedAt}`}
          held={found.data}
          onClose={onClose}
          onReload={reload}
        />
      )}
      {isOld && found.isError && !isGone && <Failure error={found.error} onRetry={reload} />}
      {isOld && isGone && (
        <Notice
          title="There is no such model"
          actions={<Link to="/admin/models">Go to the models</Link>}
        >
          It may have been removed.
        </Notice>
      )}
    </div>
  );
}

function List() {
  const styles = useStyles();
  const found = useQuery(modelsOptions(useApi()));
  const items = found.data?.items ?? [];
  return (
    <Section
      title="Models"
      isPage
      aside={found.data === undefined ? undefined : stateWords(items)}
      end={
        <Link to="/admin/models" search={{ edit: "new" }} className={styles.add}>
          Add model
        </Link>
      }
    >
      {found.isPending && <SkeletonRows rows={4} label="Loading models" />}
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <Notice title="No model is set up: the rules work alone">
          Investigations need none. With one, a model judges besides the rules, within a budget, and
          every claim it makes is checked.
        </Notice>
      )}
      {items.length > 0 && (
        <ul className={styles.list} aria-label="Models">
          {items.map((model) => (
            <ModelCard key={model.model_name} model={model} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** State in one glance. */
function stateWords(models: readonly ModelView[]): string {
  const failing = models.filter(({ last_test }) => last_test?.status === "error").length;
  if (failing > 0) return `${failing} of ${models.length} failed the last test`;
  const chosen = models.find((model) => model.is_default);
  if (models.length === 0) return "none";
  return chosen === undefined ? "none is the default" : `default: ${chosen.model_name}`;
}
