/** The menu beside every page: the pages that the reader may use. On a narrow screen it is one line above the page. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { sectionsFor } from "../features/shortcuts/places.ts";
import { useMe } from "../features/signIn/me.ts";

/** Below this the menu takes too much of the page's width. */
const NARROW = "@media (max-width: 840px)";

const FORCED = "@media (forced-colors: active)";

const useStyles = makeStyles({
  root: {
    flexShrink: 0,
    width: "148px",
    padding: `${tokens.spacingVerticalS} 0`,
    overflowY: "auto",
    whiteSpace: "nowrap",
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground3,
    fontSize: tokens.fontSizeBase200,
    "@media print": { display: "none" },
    [NARROW]: {
      display: "flex",
      width: "auto",
      padding: `0 ${tokens.spacingHorizontalS}`,
      overflowX: "auto",
      borderRightStyle: "none",
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    },
  },
  section: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    [NARROW]: { display: "flex" },
  },
  title: {
    display: "block",
    margin: `${tokens.spacingVerticalM} 16px 2px`,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    [NARROW]: { margin: "7px 4px 7px 12px" },
  },
  page: {
    display: "block",
    padding: "6px 13px",
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    borderLeft: "3px solid transparent",
    ":hover": { backgroundColor: tokens.colorNeutralBackground3Hover },
    "&[data-status=active]": {
      borderLeftColor: tokens.colorBrandStroke1,
      fontWeight: tokens.fontWeightSemibold,
    },
    // There, a transparent border is drawn.
    [FORCED]: {
      borderLeftColor: "Canvas",
      borderBottomColor: "Canvas",
      "&[data-status=active]": { borderLeftColor: "Highlight", borderBottomColor: "Highlight" },
    },
    [NARROW]: {
      padding: "7px 8px 5px",
      borderLeftStyle: "none",
      borderBottom: "2px solid transparent",
      "&[data-status=active]": { borderBottomColor: tokens.colorBrandStroke1 },
    },
  },
});

export function Menu() {
  const styles = useStyles();
  const { permissions } = useMe();
  const { pathname } = useLocation();
  const root = useRef<HTMLElement>(null);
  // The line of a narrow screen is longer than the screen: the page that is open must be seen in it.
  useEffect(() => {
    const line = root.current;
    const links = [...(line?.querySelectorAll("a") ?? [])];
    const page = links.find((link) => pathname.startsWith(link.pathname));
    if (line === null || page === undefined) return;
    const [around, within] = [line.getBoundingClientRect(), page.getBoundingClientRect()];
    line.scrollLeft += within.left - around.left - (around.width - within.width) / 2;
  }, [pathname]);
  return (
    <nav ref={root} aria-label="Pages" className={styles.root}>
      {sectionsFor(permissions).map(({ title, places }) => (
        <div key={title ?? ""} className={styles.section}>
          {title !== undefined && (
            <span id={`menu-${title}`} className={styles.title}>
              {title}
            </span>
          )}
          <ul
            className={styles.section}
            {...(title !== undefined && { "aria-labelledby": `menu-${title}` })}
          >
            {places.map(({ to, name }) => (
              <li key={to}>
                <Link to={to} search={{}} className={styles.page}>
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
