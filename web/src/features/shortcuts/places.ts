/** Where the go-to keys and the palette lead; a page that comes later adds its line here. */
import type { Permission } from "../../../../shared/schemas/principal.ts";

interface Place {
  /** The key after `g`. */
  key: string;
  to: "/incidents" | "/hunt" | "/admin/siem-providers";
  name: string;
  permission: Permission;
}

export const PLACES: readonly Place[] = [
  { key: "i", to: "/incidents", name: "Incidents", permission: "incidents:read" },
  { key: "h", to: "/hunt", name: "Hunt", permission: "hunting:run" },
  { key: "s", to: "/admin/siem-providers", name: "SIEM providers", permission: "providers:manage" },
];
