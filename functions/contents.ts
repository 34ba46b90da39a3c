/** Table of contents: every trigger of the app, and nothing else. */
import { edge } from "./edge.ts";
import { adminHealthEndpoint } from "./http/adminHealth.ts";
import { auditExport, auditList, auditVerify } from "./http/audit.ts";
import {
  apiKeysCreate,
  apiKeysGet,
  apiKeysList,
  apiKeysRevoke,
  apiKeysRotate,
} from "./http/apiKeys.ts";
import { evidenceKeys, sessionsBundle } from "./http/evidenceBundles.ts";
import { graphEntity } from "./http/graph.ts";
import { healthGet } from "./http/health.ts";
import { huntingQuery } from "./http/hunting.ts";
import {
  incidentsEnrich,
  incidentsGet,
  incidentsList,
  incidentsPatch,
  incidentsSync,
} from "./http/incidents.ts";
import { incidentsBulk, incidentsExport } from "./http/incidentsMany.ts";
import { incidentsEntities, incidentsSimilar, incidentsTimeline } from "./http/incidentsRelated.ts";
import { incidentsWriteback } from "./http/incidentWriteback.ts";
import { investigationsStart } from "./http/investigations.ts";
import {
  investigationsFromSentinel,
  investigationsFromSentinelState,
} from "./http/investigationsFromSentinel.ts";
import { kqlAnalyze, kqlSchema } from "./http/kql.ts";
import { mcp } from "./http/mcp.ts";
import { meGet } from "./http/me.ts";
import { metricsGet } from "./http/metrics.ts";
import {
  modelsCreate,
  modelsDefault,
  modelsDelete,
  modelsGet,
  modelsList,
  modelsNames,
  modelsTest,
  modelsUpdate,
} from "./http/models.ts";
import { deadLettersDrop, deadLettersList, deadLettersReplay } from "./http/deadLetters.ts";
import { deliveriesList, deliveriesRedeliver } from "./http/deliveries.ts";
import {
  defaultsGet,
  defaultsPut,
  preferencesGet,
  preferencesPut,
  preferencesTest,
} from "./http/notificationPreferences.ts";
import {
  notificationsList,
  notificationsRead,
  notificationsReadAll,
} from "./http/notifications.ts";
import { schedulesRun, schedulesRuns } from "./http/scheduleRuns.ts";
import { schedulesValidate } from "./http/scheduleValidation.ts";
import {
  schedulesCreate,
  schedulesDelete,
  schedulesGet,
  schedulesList,
  schedulesPause,
  schedulesPreview,
  schedulesResume,
  schedulesUpdate,
} from "./http/schedules.ts";
import { searchGet } from "./http/search.ts";
import {
  sessionsDelete,
  sessionsFeedback,
  sessionsMessage,
  sessionsPin,
} from "./http/sessionActs.ts";
import { sessionsReplay } from "./http/sessionReplay.ts";
import { sessionsCancel, sessionsEvidence, sessionsGet, sessionsList } from "./http/sessions.ts";
import {
  siemProvidersCreate,
  siemProvidersDefault,
  siemProvidersDelete,
  siemProvidersGet,
  siemProvidersList,
  siemProvidersTest,
  siemProvidersTestSaved,
  siemProvidersUpdate,
} from "./http/siemProviders.ts";
import {
  webhooksCreate,
  webhooksDelete,
  webhooksDeliveries,
  webhooksGet,
  webhooksList,
  webhooksRedeliver,
  webhooksRotate,
  webhooksTest,
  webhooksUpdate,
} from "./http/webhooks.ts";
import { usersAssignable, usersList } from "./http/users.ts";
import { openApiEndpoint } from "./kit/openapi.ts";
import type { Triggers } from "./kit/register.ts";
import { appendAuditWorker } from "./queues/audit.ts";
import { sendDeliveryWorker } from "./queues/deliveries.ts";
import { rememberSessionWorker } from "./queues/graph.ts";
import { advanceInvestigationWorker } from "./queues/investigations.ts";
import { enrichIncidentWorker } from "./queues/enrichments.ts";
import { deliverNotificationWorker } from "./queues/notifications.ts";
import { writeReportWorker } from "./queues/reports.ts";
import { advanceScheduledRunWorker } from "./queues/schedules.ts";
import { checkSchedulesJob } from "./timers/checkSchedules.ts";
import { finishWritebacksJob } from "./timers/finishWritebacks.ts";
import { forgetSchedulesJob } from "./timers/forgetSchedules.ts";
import { monitorRunsJob } from "./timers/monitorRuns.ts";
import { relayOutboxJob } from "./timers/relayOutbox.ts";
import { sendDigestsJob } from "./timers/sendDigests.ts";
import { reportFiguresJob } from "./timers/reportFigures.ts";
import { rewrapSecretsJob } from "./timers/rewrapSecrets.ts";
import { sweepSessionsJob } from "./timers/sweepSessions.ts";
import { syncIncidentsJob } from "./timers/syncIncidents.ts";

const endpoints = [
  healthGet,
  meGet,
  mcp,
  incidentsList,
  incidentsGet,
  incidentsPatch,
  incidentsEnrich,
  incidentsSync,
  incidentsBulk,
  incidentsExport,
  incidentsTimeline,
  incidentsSimilar,
  incidentsEntities,
  incidentsWriteback,
  investigationsStart,
  investigationsFromSentinel,
  investigationsFromSentinelState,
  kqlAnalyze,
  kqlSchema,
  huntingQuery,
  sessionsList,
  sessionsGet,
  sessionsEvidence,
  sessionsCancel,
  sessionsMessage,
  sessionsPin,
  sessionsFeedback,
  sessionsDelete,
  sessionsBundle,
  sessionsReplay,
  evidenceKeys,
  searchGet,
  graphEntity,
  metricsGet,
  schedulesValidate,
  schedulesPreview,
  schedulesList,
  schedulesCreate,
  schedulesGet,
  schedulesUpdate,
  schedulesPause,
  schedulesResume,
  schedulesDelete,
  schedulesRuns,
  schedulesRun,
  notificationsList,
  notificationsRead,
  notificationsReadAll,
  preferencesGet,
  preferencesPut,
  preferencesTest,
  defaultsGet,
  defaultsPut,
  webhooksList,
  webhooksCreate,
  webhooksGet,
  webhooksUpdate,
  webhooksDelete,
  webhooksRotate,
  webhooksTest,
  webhooksDeliveries,
  webhooksRedeliver,
  deliveriesList,
  deliveriesRedeliver,
  deadLettersList,
  deadLettersReplay,
  deadLettersDrop,
  siemProvidersTest,
  siemProvidersCreate,
  siemProvidersList,
  siemProvidersGet,
  siemProvidersUpdate,
  siemProvidersTestSaved,
  siemProvidersDefault,
  siemProvidersDelete,
  modelsList,
  modelsNames,
  modelsCreate,
  modelsGet,
  modelsUpdate,
  modelsTest,
  modelsDefault,
  modelsDelete,
  apiKeysList,
  apiKeysCreate,
  apiKeysGet,
  apiKeysRotate,
  apiKeysRevoke,
  usersAssignable,
  usersList,
  auditList,
  auditExport,
  auditVerify,
];

export const triggers: Triggers = {
  edge,
  endpoints: [
    ...endpoints,
    adminHealthEndpoint(() => triggers.jobs),
    openApiEndpoint(() => triggers.endpoints),
  ],
  jobs: [
    syncIncidentsJob,
    finishWritebacksJob,
    checkSchedulesJob,
    monitorRunsJob,
    forgetSchedulesJob,
    relayOutboxJob,
    sendDigestsJob,
    sweepSessionsJob,
    rewrapSecretsJob,
    reportFiguresJob,
  ],
  workers: [
    advanceInvestigationWorker,
    rememberSessionWorker,
    advanceScheduledRunWorker,
    deliverNotificationWorker,
    sendDeliveryWorker,
    appendAuditWorker,
    enrichIncidentWorker,
    writeReportWorker,
  ],
};
