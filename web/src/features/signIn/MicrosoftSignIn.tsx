/** The way to Microsoft's sign-in: taken at once, unless somebody has just signed out or it has just failed. */
import { Button, Text } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";

import type { EntraSignIn } from "../../api/entraSignIn.ts";
import { Failure } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { SignInFrame } from "./SignInFrame.tsx";

export function MicrosoftSignIn({ entra }: { entra: EntraSignIn }) {
  const signIn = useMutation({ mutationFn: (isAnother: boolean) => entra.signIn(isAnother) });
  const { mutate } = signIn;
  const goesByItself = !entra.isSignedOut && entra.failure === undefined;
  useEffect(() => {
    if (goesByItself) mutate(false);
  }, [goesByItself, mutate]);
  const failure = signIn.error ?? entra.failure;
  if (goesByItself && failure === undefined) {
    return <SkeletonRows rows={4} label="Going to Microsoft's sign-in" />;
  }
  return (
    <SignInFrame>
      {failure === undefined && <Text>You have signed out.</Text>}
      {failure !== undefined && <Failure error={failure} />}
      <span>
        <Button
          appearance="primary"
          disabled={signIn.isPending}
          // After a failure the same account would fail again.
          onClick={() => mutate(failure !== undefined)}
        >
          Sign in with Microsoft
        </Button>
      </span>
    </SignInFrame>
  );
}
