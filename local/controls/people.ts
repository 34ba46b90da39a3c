/** Controls of sign-in: who there is, and a token for one of them. */
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { DEMO_USERS, findDemoUser } from "../demoTenants.ts";
import { type Issuer, TOKEN_SECONDS } from "../issuer/issuer.ts";
import { control } from "./router.ts";

export function peopleControls(issuer: Issuer) {
  return [
    control({
      method: "GET",
      path: "/users",
      async handle() {
        const users = DEMO_USERS.map(({ user, name, tenant, roles }) => ({
          user,
          name,
          tenant: tenant.name,
          roles,
        }));
        return { users };
      },
    }),
    control({
      method: "POST",
      path: "/token",
      body: z.strictObject({ user: z.string().max(320) }),
      async handle({ body }) {
        const user = findDemoUser(body.user);
        if (user === undefined) throw new AppError("not-found", "There is no such demo user.");
        return { access_token: await issuer.issue(user), expires_in: TOKEN_SECONDS };
      },
    }),
  ];
}
