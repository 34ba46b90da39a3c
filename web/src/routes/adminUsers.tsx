/** /admin/users, loaded when opened. */
import { createLazyRoute } from "@tanstack/react-router";

import { UsersPage } from "../features/admin/UsersPage.tsx";

export const Route = createLazyRoute("/admin/users")({ component: UsersPage });
