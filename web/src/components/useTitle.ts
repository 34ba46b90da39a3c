/** The title of the page's tab. */
import { useEffect } from "react";

import { madeVisible } from "./outsideCharacters.ts";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${madeVisible(title)} · SoCMate`;
    return () => {
      document.title = "SoCMate";
    };
  }, [title]);
}
