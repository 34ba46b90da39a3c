/** Light and dark themes: Fluent's own, with the colours of severity and verdicts beside them. */
import { webDarkTheme, webLightTheme } from "@fluentui/react-components";
import type { Theme } from "@fluentui/react-components";
import { createContext, use, useCallback, useEffect, useMemo, useState } from "react";

/** Text colours that keep 4.5:1 on the theme's backgrounds; used as `var(--name)`. */
interface Signals {
  severityCritical: string;
  severityHigh: string;
  severityMedium: string;
  severityLow: string;
  severityInformational: string;
  good: string;
  kqlKeyword: string;
  kqlString: string;
  kqlComment: string;
  kqlNumber: string;
  marked: string;
}

const light: Theme & Signals = {
  ...webLightTheme,
  severityCritical: "#8e0b3a",
  severityHigh: "#b3261e",
  severityMedium: "#855000",
  severityLow: "#0b5c8a",
  severityInformational: "#5a5a5a",
  good: "#0b6a2b",
  kqlKeyword: "#0451a5",
  kqlString: "#9c2f12",
  kqlComment: "#4d6b4d",
  kqlNumber: "#086b4f",
  marked: "#fff3c4",
};

const dark: Theme & Signals = {
  ...webDarkTheme,
  severityCritical: "#ff9dba",
  severityHigh: "#ff8f85",
  severityMedium: "#f0b650",
  severityLow: "#7cc4f5",
  severityInformational: "#bdbdbd",
  good: "#7ad08f",
  kqlKeyword: "#7cc4f5",
  kqlString: "#f0a98a",
  kqlComment: "#93b593",
  kqlNumber: "#8fd6bd",
  marked: "#5a4a12",
};

export type ThemeName = "light" | "dark";
export const THEMES: Readonly<Record<ThemeName, Theme>> = { light, dark };

const KEY = "socmate.theme";
const asName = (text: string | null): ThemeName | undefined =>
  text === "light" || text === "dark" ? text : undefined;

export interface Choice {
  name: ThemeName;
  choose: (name: ThemeName) => void;
}

const ThemeChoice = createContext<Choice>({ name: "light", choose: () => {} });
export const ThemeChoiceProvider = ThemeChoice.Provider;
export const useThemeChoice = (): Choice => use(ThemeChoice);

/** The theme in use: the system's until the user chooses one, which this browser then keeps. */
export function useSystemThemeOrChoice(): Choice {
  const [chosen, setChosen] = useState(() => asName(localStorage.getItem(KEY)));
  const [isSystemDark, setSystemDark] = useState(() => systemDark().matches);
  useEffect(() => {
    const media = systemDark();
    const follow = () => setSystemDark(media.matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, []);
  const name = chosen ?? (isSystemDark ? "dark" : "light");
  useEffect(() => {
    document.documentElement.style.colorScheme = name;
  }, [name]);
  const choose = useCallback((next: ThemeName) => {
    localStorage.setItem(KEY, next);
    setChosen(next);
  }, []);
  return useMemo(() => ({ name, choose }), [name, choose]);
}

const systemDark = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");
