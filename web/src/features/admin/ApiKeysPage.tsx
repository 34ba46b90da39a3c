/** Admin > API keys: what integrations sign in with, and how much they use it. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { ApiKeyView, IssuedApiKey } from "../../../../shared/schemas/apiKeys.ts";
import { useApi } from "../../api/context.ts";
import { Notice } from "../../components/Notice.tsx";
import { itemsOf, Paged } from "../../components/Paged.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { AdminFrame } from "./AdminFrame.tsx";
import { ApiKeyActs, type KeyAct } from "./ApiKeyActs.tsx";
import { ApiKeyForm } from "./ApiKeyForm.tsx";
import { ApiKeyRow } from "./ApiKeyRow.tsx";
import { IssuedKey } from "./IssuedKey.tsx";
import { apiKeysOptions } from "./queries.ts";

const useStyles = makeStyles({
  add: {
    padding: "5px 12px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: "none",
  },
});

interface Props {
  /** `new` while the form is open. */
  edit: string | undefined;
  onClose: () => void;
}

export function ApiKeysPage({ edit, onClose }: Props) {
  const [issued, setIssued] = useState<IssuedApiKey>();
  return (
    <AdminFrame title="API keys" permission="api_keys:manage">
      {edit === "new" ? (
        <ApiKeyForm
          onClose={onClose}
          onIssued={(key) => {
            setIssued(key);
            onClose();
          }}
        />
      ) : (
        <Keys onIssued={setIssued} />
      )}
      {issued !== undefined && <IssuedKey issued={issued} onClose={() => setIssued(undefined)} />}
    </AdminFrame>
  );
}

function Keys({ onIssued }: { onIssued: (key: IssuedApiKey) => void }) {
  const styles = useStyles();
  const found = useInfiniteQuery(apiKeysOptions(useApi()));
  const [act, setAct] = useState<{ act: KeyAct; item: ApiKeyView }>();
  const open = itemsOf(found).filter(({ status }) => status === "active").length;
  const add = (
    <Link to="/admin/api-keys" search={{ edit: "new" }} className={styles.add}>
      Create key
    </Link>
  );
  return (
    <Section
      title="API keys"
      isPage
      aside={found.isSuccess ? `${open} active${found.hasNextPage ? " or more" : ""}` : undefined}
      end={add}
    >
      <Paged
        found={found}
        what="API keys"
        more="Show older keys"
        empty={
          <Notice title="No integration has a key yet">
            Give each integration a key of its own with the scopes that it needs: then each can be
            limited, rotated and revoked without the others.
          </Notice>
        }
      >
        {(items) => (
          <Table
            label="API keys"
            head={["Key", "State", "Scopes", "Last used", "Uses, 14 days", "Expires", "Actions"]}
          >
            {items.map((item) => (
              <ApiKeyRow
                key={item.id}
                item={item}
                onAct={(chosen) => setAct({ act: chosen, item })}
              />
            ))}
          </Table>
        )}
      </Paged>
      {act !== undefined && (
        <ApiKeyActs {...act} onClose={() => setAct(undefined)} onIssued={onIssued} />
      )}
    </Section>
  );
}
