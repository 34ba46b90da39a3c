import { afterAll, beforeAll } from "vitest";

import { KeyVaultDouble } from "../../testing/doubles/keyVault/server.ts";
import { keyWrapperContract } from "../../testing/keyWrapper.contract.ts";
import { createKeyVaultKeyWrapper } from "./keyWrapper.ts";

const vault = new KeyVaultDouble();
beforeAll(() => vault.start());
afterAll(() => vault.stop());

let versions = 1;

keyWrapperContract(() => ({
  wrapper: () =>
    createKeyVaultKeyWrapper({
      keyUrl: vault.keyUrl,
      credential: {
        getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }),
      },
      client: {
        disableChallengeResourceVerification: true,
        tlsOptions: { ca: vault.certificate },
        retryOptions: { maxRetries: 0 },
      },
    }),
  rotate: () => vault.rotate(`v${(versions += 1)}`),
}));
