/** Whether a question is fit for a schedule. */
import {
  ValidateScheduleBody,
  ValidateScheduleReply,
} from "../../shared/schemas/scheduleValidation.ts";
import { validateSchedule } from "../../shared/services/validateSchedule.ts";
import { endpoint } from "../kit/endpoint.ts";

export const schedulesValidate = endpoint({
  name: "schedules-validate",
  method: "POST",
  route: "v1/schedules/validate",
  permission: "schedules:write",
  summary: "Say how specific a question is, and what a run would ask. Nothing is stored.",
  body: ValidateScheduleBody,
  reply: ValidateScheduleReply,
  async handle({ deps, principal, body }) {
    return { status: 200, body: await validateSchedule(deps, principal, body) };
  },
});
