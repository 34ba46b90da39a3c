/** Ports that tell of their calls: what was asked of the workspace and the model, and which work a message belongs to. */
import type { Deps } from "../../ports/deps.ts";
import type { LanguageModel } from "../../ports/languageModel.ts";
import type { Siem } from "../../ports/siem.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import type { WorkQueue } from "../../ports/workQueue.ts";
import type { SiemProvider } from "../../schemas/providers.ts";

/** The same parts, told of. @param telemetry `undefined` leaves them as they are. */
export const traced = (deps: Deps, telemetry: Telemetry | undefined): Deps =>
  telemetry === undefined
    ? deps
    : Object.assign(deps, {
        telemetry,
        siem: tracedSiem(deps.siem, telemetry),
        model: tracedModel(deps.model, telemetry),
        queue: tracedQueue(deps.queue, telemetry),
      });

function tracedSiem(siem: Siem, telemetry: Telemetry): Siem {
  const told = <T>(name: string, { id, tenant_id }: SiemProvider, call: () => Promise<T>) =>
    telemetry.span(
      { name: `sentinel ${name}`, kind: "client", attributes: { provider_id: id, tenant_id } },
      call,
    );
  return {
    // One span would hold the whole of a sync: what it does between the pages is not the workspace's.
    changedIncidents: (...asked) => siem.changedIncidents(...asked),
    incident: (provider, ...asked) =>
      told("incident", provider, () => siem.incident(provider, ...asked)),
    mergedInto: (provider, ...asked) =>
      told("merged into", provider, () => siem.mergedInto(provider, ...asked)),
    incidentNamed: (provider, ...asked) =>
      told("incident", provider, () => siem.incidentNamed(provider, ...asked)),
    incidentRows: (provider, ...asked) =>
      told("incident rows", provider, () => siem.incidentRows(provider, ...asked)),
    alerts: (provider, ...asked) => told("alerts", provider, () => siem.alerts(provider, ...asked)),
    query: (provider, ...asked) =>
      telemetry.span(
        {
          name: "sentinel query",
          kind: "client",
          attributes: { provider_id: provider.id, tenant_id: provider.tenant_id },
        },
        async (note) => {
          const result = await siem.query(provider, ...asked);
          note({ row_count: result.rows.length });
          return result;
        },
      ),
    schema: (provider) => told("schema", provider, () => siem.schema(provider)),
    check: (provider, secret) => told("check", provider, () => siem.check(provider, secret)),
    currentIncident: (provider, at) =>
      told("current incident", provider, () => siem.currentIncident(provider, at)),
    updateIncident: (provider, ...asked) =>
      told("update incident", provider, () => siem.updateIncident(provider, ...asked)),
    addComment: (provider, ...asked) =>
      told("add comment", provider, () => siem.addComment(provider, ...asked)),
    addTask: (provider, ...asked) =>
      told("add task", provider, () => siem.addTask(provider, ...asked)),
  };
}

/** As OpenTelemetry's conventions for generative AI name things; of the exchange itself only its size. */
const tracedModel = (model: LanguageModel, telemetry: Telemetry): LanguageModel => ({
  chat: (record, ...asked) =>
    telemetry.span(
      {
        name: `chat ${record.model_id}`,
        kind: "client",
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.request.model": record.model_id,
          tenant_id: record.tenant_id,
        },
      },
      async (note) => {
        const reply = await model.chat(record, ...asked);
        if (reply.usage !== null)
          note({
            "gen_ai.usage.input_tokens": reply.usage.input_tokens,
            "gen_ai.usage.output_tokens": reply.usage.output_tokens,
          });
        return reply;
      },
    ),
});

/** A message carries the trace that it came from, unless the change that caused it has written one. */
function tracedQueue(queue: WorkQueue, telemetry: Telemetry): WorkQueue {
  const send = queue.send.bind(queue);
  return Object.assign(queue, {
    send: (name, messages) => {
      const traceparent = telemetry.traceparent();
      if (traceparent === undefined) return send(name, messages);
      return send(
        name,
        messages.map((message) => {
          const { body } = message;
          const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
          return isObject ? { ...message, body: { traceparent, ...body } } : message;
        }),
      );
    },
  } satisfies Pick<WorkQueue, "send">);
}
