/** A list that is read page by page: what stands in its place while it loads, fails or is empty, and the way to more. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Failure } from "./Notice.tsx";
import { SkeletonRows } from "./SkeletonRows.tsx";

const useStyles = makeStyles({ more: { display: "block", marginTop: tokens.spacingVerticalM } });

type Found<Item> = UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;

/** What has been read so far, in its order. */
export const itemsOf = <Item,>({ data }: Found<Item>): Item[] =>
  (data?.pages ?? []).flatMap((page) => page.items);

interface Props<Item> {
  found: Found<Item>;
  /** What is being read, in small letters: "deliveries". */
  what: string;
  /** Stands there when there is nothing at all. */
  empty: ReactNode;
  /** Words of the button that reads the next page. */
  more: string;
  children: (items: Item[]) => ReactNode;
}

export function Paged<Item>({ found, what, empty, more, children }: Props<Item>) {
  const styles = useStyles();
  const items = itemsOf(found);
  return (
    <>
      {found.isPending && <SkeletonRows rows={8} label={`Loading ${what}`} />}
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && items.length === 0 && !found.hasNextPage && empty}
      {items.length > 0 && children(items)}
      {found.hasNextPage && (
        <Button
          className={styles.more}
          disabled={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {more}
        </Button>
      )}
    </>
  );
}
