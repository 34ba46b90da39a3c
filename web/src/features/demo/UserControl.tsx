/** Who you are in the local run, and becoming somebody else. */
import { Button, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";

import type { LocalSignIn } from "../../api/localSignIn.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";

const useStyles = makeStyles({
  root: { display: "grid", gap: tokens.spacingVerticalS, justifyItems: "start" },
});

export function UserControl({ local }: { local: LocalSignIn }) {
  const styles = useStyles();
  const users = useQuery({ queryKey: ["local", "users"], queryFn: () => local.users() });
  const change = useMutation({ mutationFn: (user: string) => local.signIn(user) });
  return (
    <Section title="Who you are">
      <div className={styles.root}>
        <Select
          size="small"
          aria-label="Signed in as"
          value={local.user() ?? ""}
          disabled={change.isPending}
          onChange={(_, { value }) => change.mutate(value)}
        >
          {(users.data ?? []).map((user) => (
            <option key={user.user} value={user.user}>
              {user.user} ({user.roles.join(", ")})
            </option>
          ))}
        </Select>
        <Button size="small" onClick={() => local.signOut()}>
          Sign out
        </Button>
        {(users.isError || change.isError) && <Failure error={users.error ?? change.error} />}
      </div>
    </Section>
  );
}
