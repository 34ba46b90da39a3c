/** The outlet to Application Insights. Loaded with the first span. */
import {
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from "@azure/monitor-opentelemetry-exporter";
import type { TokenCredential } from "@azure/identity";
import { PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-node";

import type { Outlet } from "./telemetry.ts";

const EVERY_MS = 60_000;

/** @param connectionString of the Application Insights resource. @param credential takes the place of its key. */
export function azureMonitorOutlet(connectionString: string, credential: TokenCredential): Outlet {
  const options = { connectionString, credential };
  return {
    spans: new BatchSpanProcessor(new AzureMonitorTraceExporter(options)),
    metrics: new PeriodicExportingMetricReader({
      exporter: new AzureMonitorMetricExporter(options),
      exportIntervalMillis: EVERY_MS,
    }),
  };
}
