/**
 * Ports whose adapter is built at the first call, so that a cold start loads no SDK that its first request does not need.
 * Closing what was never used loads nothing.
 */
import type { BlobStore } from "./ports/blobStore.ts";
import type { Channels } from "./ports/channels.ts";
import type { DocumentStore } from "./ports/documentStore.ts";
import type { KeyWrapper } from "./ports/keyWrapper.ts";
import type { LanguageModel } from "./ports/languageModel.ts";
import type { OutboundHttp } from "./ports/outboundHttp.ts";
import type { Siem } from "./ports/siem.ts";
import type { WorkQueue } from "./ports/workQueue.ts";

interface Once<T> {
  get(): Promise<T>;
  /** `undefined` while nobody has asked. */
  started(): Promise<T> | undefined;
}

/** Runs `load` at the first call and answers all later ones with the same result; a failure is not kept. */
export function once<T>(load: () => Promise<T>): Once<T> {
  let loading: Promise<T> | undefined;
  return {
    started: () => loading,
    get: () =>
      (loading ??= load().catch((error: unknown) => {
        loading = undefined;
        throw error;
      })),
  };
}

export function lazyDocumentStore(load: () => Promise<DocumentStore>): DocumentStore {
  const store = once(load);
  return {
    read: async (container, key, id) => (await store.get()).read(container, key, id),
    batch: async (container, key, writes) => (await store.get()).batch(container, key, writes),
    query: async (container, query) => (await store.get()).query(container, query),
    count: async (container, query) => (await store.get()).count(container, query),
    close: async () => (await store.started())?.close(),
  };
}

export function lazyWorkQueue(load: () => Promise<WorkQueue>): WorkQueue {
  const queues = once(load);
  return {
    send: async (queue, messages) => (await queues.get()).send(queue, messages),
    receive: async (queue, max, waitMs) => (await queues.get()).receive(queue, max, waitMs),
    deadLetters: async (queue, limit, after) =>
      (await queues.get()).deadLetters(queue, limit, after),
    deadLetter: async (queue, key) => (await queues.get()).deadLetter(queue, key),
    replayDeadLetter: async (queue, key, message) =>
      (await queues.get()).replayDeadLetter(queue, key, message),
    dropDeadLetter: async (queue, key) => (await queues.get()).dropDeadLetter(queue, key),
    counts: async (queue) => (await queues.get()).counts(queue),
    close: async () => (await queues.started())?.close(),
  };
}

export function lazyBlobStore(load: () => Promise<BlobStore>): BlobStore {
  const store = once(load);
  return {
    put: async (tenantId, content, type) => (await store.get()).put(tenantId, content, type),
    get: async (tenantId, hash) => (await store.get()).get(tenantId, hash),
  };
}

export function lazySiem(load: () => Promise<Siem>): Siem {
  const siem = once(load);
  return {
    async *changedIncidents(...asked) {
      yield* (await siem.get()).changedIncidents(...asked);
    },
    incident: async (provider, number, range) =>
      (await siem.get()).incident(provider, number, range),
    incidentNamed: async (...asked) => (await siem.get()).incidentNamed(...asked),
    incidentRows: async (...asked) => (await siem.get()).incidentRows(...asked),
    alerts: async (provider, alertIds, range) =>
      (await siem.get()).alerts(provider, alertIds, range),
    mergedInto: async (...asked) => (await siem.get()).mergedInto(...asked),
    query: async (provider, query) => (await siem.get()).query(provider, query),
    schema: async (provider) => (await siem.get()).schema(provider),
    check: async (provider, secret) => (await siem.get()).check(provider, secret),
    currentIncident: async (provider, at) => (await siem.get()).currentIncident(provider, at),
    updateIncident: async (provider, current, fields) =>
      (await siem.get()).updateIncident(provider, current, fields),
    addComment: async (provider, incident, comment) =>
      (await siem.get()).addComment(provider, incident, comment),
    addTask: async (provider, incident, task) =>
      (await siem.get()).addTask(provider, incident, task),
  };
}

export function lazyKeyWrapper(load: () => Promise<KeyWrapper>): KeyWrapper {
  const keys = once(load);
  return {
    wrap: async (dataKey) => (await keys.get()).wrap(dataKey),
    unwrap: async (key) => (await keys.get()).unwrap(key),
  };
}

export function lazyLanguageModel(load: () => Promise<LanguageModel>): LanguageModel {
  const model = once(load);
  return {
    chat: async (record, request, timeoutMs) =>
      (await model.get()).chat(record, request, timeoutMs),
  };
}

export function lazyOutboundHttp(load: () => Promise<OutboundHttp>): OutboundHttp {
  const http = once(load);
  return {
    refusal: async (url) => (await http.get()).refusal(url),
    post: async (post) => (await http.get()).post(post),
  };
}

/** @param hasEmail known without loading anything. */
export function lazyChannels(load: () => Promise<Channels>, hasEmail: boolean): Channels {
  const channels = once(load);
  return {
    hasEmail,
    send: async (target, outgoing) => (await channels.get()).send(target, outgoing),
  };
}
