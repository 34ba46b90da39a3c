/** Claims of the report: checked ones with a mark, struck ones struck with the reason. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Filled } from "@fluentui/react-icons/svg/checkmark-circle";
import { DismissCircle16Filled } from "@fluentui/react-icons/svg/dismiss-circle";

import type { Claim } from "../../../../shared/schemas/sessions.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Tag } from "../../components/Tag.tsx";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  claim: {
    display: "grid",
    gridTemplateColumns: "24px 18px minmax(0, 1fr) auto",
    alignItems: "start",
    gap: "6px",
    width: "100%",
    padding: "6px 6px 6px 0",
    border: "none",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    background: "none",
    color: tokens.colorNeutralForeground1,
    font: "inherit",
    textAlign: "left",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: "-2px",
    },
  },
  open: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
  },
  number: {
    textAlign: "right",
    color: tokens.colorNeutralForeground3,
    fontVariantNumeric: "tabular-nums",
  },
  verified: { color: "var(--good)", marginTop: "2px" },
  struck: { color: "var(--severityHigh)", marginTop: "2px" },
  reason: {
    display: "block",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
});

const claimDomId = (claimId: string): string => `claim.${claimId}`;

/** Leads the eye and the keyboard back to a claim. */
export function focusClaim(claimId: string): void {
  const claim = document.getElementById(claimDomId(claimId));
  claim?.scrollIntoView({ block: "center" });
  claim?.focus();
}

interface Props {
  claims: readonly Claim[];
  openClaim: string | undefined;
  onClaim: (claimId: string | undefined) => void;
}

export function ClaimList({ claims, openClaim, onClaim }: Props) {
  const styles = useStyles();
  const verified = claims.filter((claim) => claim.check === "verified").length;
  return (
    <Section title="Claims" aside={`${verified} of ${claims.length} checked`}>
      <ol className={styles.list} aria-label="Claims">
        {claims.map((claim, index) => (
          <li key={claim.id}>
            <button
              type="button"
              id={claimDomId(claim.id)}
              aria-pressed={claim.id === openClaim}
              className={mergeClasses(styles.claim, claim.id === openClaim && styles.open)}
              onClick={() => onClaim(claim.id === openClaim ? undefined : claim.id)}
            >
              <span className={styles.number}>{index + 1}</span>
              <Mark claim={claim} />
              <Words claim={claim} />
              {claim.is_key && <Tag isStrong>key</Tag>}
            </button>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Mark({ claim }: { claim: Claim }) {
  const styles = useStyles();
  if (claim.check === "struck") {
    return <DismissCircle16Filled className={styles.struck} aria-label="Struck" />;
  }
  const label = claim.kind === "absence" ? "Absence proven" : "Checked";
  return <CheckmarkCircle16Filled className={styles.verified} aria-label={label} />;
}

function Words({ claim }: { claim: Claim }) {
  const styles = useStyles();
  if (claim.check === "verified") return <OutsideText text={claim.text} limit={600} />;
  return (
    <span>
      <s>
        <OutsideText text={claim.text} limit={600} />
      </s>
      <span className={styles.reason}>
        Struck: <OutsideText text={claim.reason} />
      </span>
    </span>
  );
}
