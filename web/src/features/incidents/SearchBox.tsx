/** Search of the queue: what is typed lands in the address once the typing pauses. */
import { Input, makeStyles } from "@fluentui/react-components";
import { Search16Regular } from "@fluentui/react-icons/svg/search";
import { useEffect, useState } from "react";
import type { RefObject } from "react";

import type { FilterProps } from "./filters.ts";

const SEARCH_DELAY_MS = 250;

const useStyles = makeStyles({ root: { width: "190px" } });

interface Props extends FilterProps {
  searchRef: RefObject<HTMLInputElement | null>;
}

export function SearchBox({ filters, onFilters, searchRef }: Props) {
  const styles = useStyles();
  const inAddress = filters.q ?? "";
  const [text, setText] = useState(inAddress);
  // Back and forward change the address: the box follows.
  const [seen, setSeen] = useState(inAddress);
  if (seen !== inAddress) {
    setSeen(inAddress);
    setText(inAddress);
  }
  useEffect(() => {
    if (text.trim() === inAddress) return undefined;
    const timer = setTimeout(
      () => onFilters({ ...filters, q: text.trim() === "" ? undefined : text.trim() }),
      SEARCH_DELAY_MS,
    );
    return () => clearTimeout(timer);
  }, [text, inAddress, filters, onFilters]);
  return (
    <Input
      input={{ ref: searchRef }}
      className={styles.root}
      size="small"
      type="search"
      aria-label="Search incidents"
      placeholder="Search title or number ( / )"
      contentBefore={<Search16Regular aria-hidden />}
      value={text}
      onChange={(_, { value }) => setText(value)}
      onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
    />
  );
}
