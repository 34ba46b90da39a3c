/** What past investigations know of an entity, as a picture and as tables with the same actions. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useQueries, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";

import type { GraphNode, GraphView } from "../../../../shared/schemas/graph.ts";
import { useApi } from "../../api/context.ts";
import { ApiError } from "../../api/problem.ts";
import type { GraphSearch } from "../../app/pageSearch.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import type { GraphActs } from "./acts.ts";
import { AskForm } from "./AskForm.tsx";
import { GraphTables } from "./GraphTables.tsx";
import { merged, SHOWN_AT_FIRST, shownOf } from "./merge.ts";
import { NodePanel } from "./NodePanel.tsx";
import { graphOptions } from "./queries.ts";
import { TypeChips } from "./TypeChips.tsx";

const GraphCanvas = lazy(async () => ({
  default: (await import("./GraphCanvas.tsx")).GraphCanvas,
}));

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px` },
  columns: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 3fr) minmax(280px, 1fr)",
    gap: tokens.spacingHorizontalXL,
    alignItems: "start",
    marginBottom: tokens.spacingVerticalL,
    "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  asked: GraphSearch;
  onAsk: (asked: GraphSearch) => void;
}

export function GraphPage({ asked, onAsk }: Props) {
  const styles = useStyles();
  useTitle(asked.value === undefined ? "Graph" : `Graph of ${asked.value.slice(0, 60)}`);
  const around = {
    value: asked.value ?? "",
    type: asked.type,
    depth: asked.depth ?? "1",
    asOf: asked.as_of,
  };
  const found = useQuery(graphOptions(useApi(), around));
  const key = JSON.stringify(around);
  return (
    <div className={styles.root}>
      <Section title="Graph" isPage aside="what past investigations know">
        <AskForm key={key} asked={asked} onAsk={onAsk} />
        {asked.value === undefined && (
          <Notice title="Ask for an address, an account, a host, a domain, a hash or a file">
            Any of its names will do: UPN, SID and object id of one person lead to the same place.
          </Notice>
        )}
        {asked.value !== undefined && found.isPending && (
          <SkeletonRows rows={8} label="Reading the graph" />
        )}
        {found.isError && <NotFound error={found.error} asked={asked} onAsk={onAsk} />}
        {found.data !== undefined && (
          <Around key={key} view={found.data} asOf={asked.as_of} onAsk={onAsk} />
        )}
      </Section>
    </div>
  );
}

function NotFound({ error, asked, onAsk }: Props & { error: Error }) {
  if (!(error instanceof ApiError) || error.problem.status !== 404) {
    return <Failure error={error} />;
  }
  const isThen = asked.as_of !== undefined;
  return (
    <Notice
      title={isThen ? "Nobody knew it then" : "No investigation has named it"}
      actions={
        isThen && (
          <Button size="small" onClick={() => onAsk({ ...asked, as_of: undefined })}>
            Show what is known now
          </Button>
        )
      }
    >
      The graph grows with each finished investigation.
    </Notice>
  );
}

interface AroundProps {
  view: GraphView;
  asOf: string | undefined;
  onAsk: (asked: GraphSearch) => void;
}

/** The picture, the chosen entity beside it, the tables beneath. */
function Around(props: AroundProps) {
  const styles = useStyles();
  const { view } = props;
  const { whole, picture, more, chosen, expanded, hiddenTypes, pinned, acts, ...set } =
    useAround(props);
  const isRoot = chosen.id === view.node.id;
  return (
    <>
      <TypeChips nodes={whole.nodes} hidden={hiddenTypes} onToggle={set.toggleType} />
      <div className={styles.columns}>
        <Suspense fallback={<SkeletonRows rows={10} label="Drawing the graph" />}>
          <GraphCanvas
            picture={picture}
            rootId={view.node.id}
            chosenId={chosen.id}
            pinned={pinned}
            {...acts}
          />
        </Suspense>
        <NodePanel
          node={chosen}
          edges={whole.edges}
          view={isRoot ? view : undefined}
          isExpanded={isRoot || expanded.some(({ id }) => id === chosen.id)}
          isPinned={pinned.has(chosen.id)}
          acts={acts}
        />
      </div>
      {more.error !== null && <Failure error={more.error} />}
      {(view.truncated || more.isTruncated) && (
        <p className={styles.quiet}>
          There is more than is shown: the newest of it was read. Expand an entity to see its own
          surroundings.
        </p>
      )}
      {picture.hidden > 0 && (
        <Button size="small" onClick={set.showMore}>
          Show {picture.hidden} more
        </Button>
      )}
      <GraphTables picture={picture} edges={whole.edges} chosenId={chosen.id} acts={acts} />
    </>
  );
}

/** What is expanded, hidden, pinned and chosen. */
function useAround({ view, asOf, onAsk }: AroundProps) {
  const [expanded, setExpanded] = useState<readonly GraphNode[]>([]);
  const [hiddenTypes, setHiddenTypes] = useState<ReadonlySet<string>>(new Set());
  const [max, setMax] = useState(SHOWN_AT_FIRST);
  const [chosenId, setChosenId] = useState(view.node.id);
  const [pinned, setPinned] = useState<ReadonlySet<string>>(new Set());
  const more = useExpanded(expanded, asOf);
  const whole = useMemo(() => merged([view, ...more.views]), [view, more.views]);
  const picture = useMemo(
    () => shownOf(whole, view.node.id, hiddenTypes, max),
    [whole, view.node.id, hiddenTypes, max],
  );
  const acts: GraphActs = {
    onChoose: setChosenId,
    onExpand: (node) => {
      setChosenId(node.id);
      if (!expanded.some(({ id }) => id === node.id)) setExpanded([...expanded, node]);
    },
    onCentre: ({ value, type }) => onAsk({ value, type, as_of: asOf }),
    onPin: ({ id }) => setPinned(toggled(pinned, id)),
  };
  return {
    whole,
    picture,
    more,
    expanded,
    hiddenTypes,
    pinned,
    acts,
    chosen: picture.nodes.find(({ id }) => id === chosenId) ?? view.node,
    toggleType: (type: string) => setHiddenTypes(toggled(hiddenTypes, type)),
    showMore: () => setMax(max + SHOWN_AT_FIRST),
  };
}

function useExpanded(expanded: readonly GraphNode[], asOf: string | undefined) {
  const api = useApi();
  return useQueries({
    queries: expanded.map(({ value, type }) =>
      graphOptions(api, { value, type, depth: "1", asOf }),
    ),
    combine: (replies) => ({
      views: replies.flatMap(({ data }) => data ?? []),
      error: replies.find(({ error }) => error !== null)?.error ?? null,
      isTruncated: replies.some(({ data }) => data?.truncated === true),
    }),
  });
}

function toggled(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
