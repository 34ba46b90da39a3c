import { Principal } from "../../shared/schemas/principal.ts";
import { endpoint } from "../kit/endpoint.ts";

export const meGet = endpoint({
  name: "me-get",
  method: "GET",
  route: "v1/me",
  permission: "signed-in",
  summary: "Who is calling, and what that allows.",
  reply: Principal,
  handle: async ({ principal }) => ({ status: 200, body: principal }),
});
