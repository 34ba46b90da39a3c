/** Sign-in of the local run: choose a demo user. */
import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";

import type { LocalSignIn, LocalUser } from "../../api/localSignIn.ts";
import { Failure } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { SignInFrame } from "./SignInFrame.tsx";

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2 },
  list: { listStyleType: "none", margin: 0, padding: 0, display: "grid", gap: "6px" },
  user: { width: "100%", justifyContent: "space-between", minHeight: "48px" },
  who: { display: "flex", flexDirection: "column", alignItems: "flex-start" },
  group: { fontSize: tokens.fontSizeBase300, margin: "8px 0 4px", fontWeight: 600 },
});

export function UserPicker({ local }: { local: LocalSignIn }) {
  const styles = useStyles();
  const users = useQuery({ queryKey: ["local", "users"], queryFn: () => local.users() });
  const signIn = useMutation({ mutationFn: (user: string) => local.signIn(user) });
  const tenants = [...new Set((users.data ?? []).map((user) => user.tenant))];
  return (
    <SignInFrame>
      <Text className={styles.quiet}>
        This is the local run. Its demo users sign in without a password; each tenant sees only its
        own incidents.
      </Text>
      {users.isPending && <SkeletonRows rows={3} label="Loading users" />}
      {users.isError && <Failure error={users.error} onRetry={() => void users.refetch()} />}
      {signIn.isError && <Failure error={signIn.error} />}
      {tenants.map((tenant) => (
        <section key={tenant} aria-label={tenant}>
          <h2 className={styles.group}>{tenant}</h2>
          <ul className={styles.list}>
            {(users.data ?? [])
              .filter((user) => user.tenant === tenant)
              .map((user) => (
                <li key={user.user}>
                  <UserButton
                    user={user}
                    isBusy={signIn.isPending}
                    onChoose={() => signIn.mutate(user.user)}
                  />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </SignInFrame>
  );
}

interface UserButtonProps {
  user: LocalUser;
  isBusy: boolean;
  onChoose: () => void;
}

function UserButton({ user, isBusy, onChoose }: UserButtonProps) {
  const styles = useStyles();
  return (
    <Button className={styles.user} disabled={isBusy} onClick={onChoose}>
      <span className={styles.who}>
        <span>{user.name}</span>
        <Text size={200} weight="regular" className={styles.quiet}>
          {user.user}
        </Text>
      </span>
      <Text size={200} weight="regular" className={styles.quiet}>
        {user.roles.join(", ")}
      </Text>
    </Button>
  );
}
