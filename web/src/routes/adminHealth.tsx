/** /admin/health, loaded when opened. */
import { createLazyRoute } from "@tanstack/react-router";

import { HealthPage } from "../features/admin/HealthPage.tsx";

export const Route = createLazyRoute("/admin/health")({ component: HealthPage });
