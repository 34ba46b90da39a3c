/** What is offered at the caret of the editor, which of it is chosen, and the keys that walk it. */
import { useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent, RefObject } from "react";

import { completionAt } from "./completion.ts";
import type { Completion, Vocabulary } from "./completion.ts";

export const LINE_PX = 20;
export const PAD_PX = 8;

/** Pixels from the editor's corner, and characters from its left edge. */
export interface Place {
  top: number;
  left: number;
  column: number;
}

interface Open {
  completion: Completion;
  place: Place;
}

interface Options {
  value: string;
  onChange: (value: string) => void;
  vocabulary: Vocabulary;
  areaRef: RefObject<HTMLTextAreaElement | null>;
}

export function useCompletion({ value, onChange, vocabulary, areaRef }: Options) {
  const [open, setOpen] = useState<Open>();
  const [at, setAt] = useState(0);
  const caretAfter = useRef<number>(undefined);
  // A changed value puts the caret at its end; this puts it behind the chosen name.
  useLayoutEffect(() => {
    if (caretAfter.current === undefined) return;
    areaRef.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = undefined;
  });

  const close = () => setOpen(undefined);
  const offerAt = (area: HTMLTextAreaElement, isAsked = false) => {
    const completion = completionAt(area.value, area.selectionStart, vocabulary, isAsked);
    setOpen(completion && { completion, place: placeOf(area, completion.from) });
    setAt(0);
  };
  const choose = (index: number) => {
    const chosen = open?.completion.candidates[index];
    if (open === undefined || chosen === undefined) return;
    const { from } = open.completion;
    const caret = areaRef.current?.selectionStart ?? value.length;
    caretAfter.current = from + chosen.text.length;
    onChange(value.slice(0, from) + chosen.text + value.slice(caret));
    close();
    areaRef.current?.focus();
  };
  const walk = (by: number) => {
    const count = open?.completion.candidates.length ?? 1;
    setAt((at + by + count) % count);
  };
  const acts: Readonly<Record<string, () => void>> = {
    ArrowDown: () => walk(1),
    ArrowUp: () => walk(-1),
    Enter: () => choose(at),
    Tab: () => choose(at),
    Escape: close,
  };
  return {
    open,
    at,
    choose,
    close,
    offerAt,
    attributes:
      open === undefined
        ? {}
        : { "aria-controls": "kql-completion", "aria-activedescendant": `kql-completion-${at}` },
    /** True when the key was for the list. */
    answersKey: (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
      if (event.key === " " && event.ctrlKey) {
        offerAt(event.currentTarget, true);
        return true;
      }
      const act = open === undefined || event.shiftKey ? undefined : acts[event.key];
      act?.();
      return act !== undefined;
    },
  };
}

/** Below the line of the word, where the word begins. */
function placeOf(area: HTMLTextAreaElement, from: number): Place {
  const lines = area.value.slice(0, from).split("\n");
  const top = lines.length * LINE_PX + PAD_PX - area.scrollTop;
  return { top, column: lines.at(-1)?.length ?? 0, left: PAD_PX - area.scrollLeft };
}
