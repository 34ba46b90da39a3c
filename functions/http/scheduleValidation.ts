/** Whether a question is fit for a schedule. */
import {
  ValidateScheduleBody,
  ValidateScheduleReply,
} from "../../shared/schemas/scheduleValidation.ts";
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
    // With the first question, not with the start: it brings the investigator along.
    const { validateSchedule } = await import("../../shared/services/validateSchedule.ts");
    return { status: 200, body: await validateSchedule(deps, principal, body) };
  },
});
