/** A titled part of a page. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  root: { marginBottom: tokens.spacingVerticalXL },
  head: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    minHeight: "28px",
    marginBottom: "4px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  page: { fontSize: tokens.fontSizeBase500 },
  end: { marginLeft: "auto" },
  aside: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  title: string;
  /** Its title is the page's own. */
  isPage?: boolean;
  /** A count or an age, beside the title. */
  aside?: ReactNode;
  /** A button at the end of the title's line. */
  end?: ReactNode;
  children: ReactNode;
}

export function Section({ title, isPage = false, aside, end, children }: Props) {
  const styles = useStyles();
  const id = useId();
  const Heading = isPage ? "h1" : "h2";
  return (
    <section aria-labelledby={id} className={styles.root}>
      <div className={styles.head}>
        <Heading id={id} className={mergeClasses(styles.title, isPage && styles.page)}>
          {title}
        </Heading>
        {aside !== undefined && <span className={styles.aside}>{aside}</span>}
        {end !== undefined && <span className={styles.end}>{end}</span>}
      </div>
      {children}
    </section>
  );
}
