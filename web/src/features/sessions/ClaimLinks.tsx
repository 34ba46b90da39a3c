/** Numbers of claims, each a button to its evidence: [1] [4]. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { Claim } from "../../../../shared/schemas/sessions.ts";

const useStyles = makeStyles({
  link: {
    border: "none",
    background: "none",
    padding: "0 2px",
    font: "inherit",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorBrandForegroundLink,
    cursor: "pointer",
    ":hover": { textDecorationLine: "underline" },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});

interface Props {
  ids: readonly string[];
  claims: readonly Claim[];
  onClaim: (claimId: string) => void;
}

export function ClaimLinks({ ids, claims, onClaim }: Props) {
  const styles = useStyles();
  // An entity that one claim names twice is still one link.
  return [...new Set(ids)].map((id) => {
    const number = claims.findIndex((claim) => claim.id === id) + 1;
    if (number === 0) return null;
    return (
      <button
        key={id}
        type="button"
        className={styles.link}
        aria-label={`Evidence of claim ${number}`}
        onClick={() => onClaim(id)}
      >
        [{number}]
      </button>
    );
  });
}
