/** Collects what a scene writes, with the company, the time and the device filled in. */
import type { Company, Host, User } from "../company.ts";
import {
  type Connection,
  connectionRow,
  type FileChange,
  fileRow,
  processRow,
  program,
  type Program,
  type RegistryChange,
  registryRow,
} from "../rows/deviceRows.ts";
import type { LogRow } from "../rows/row.ts";
import {
  deviceEventRow,
  imageLoadRow,
  type Logon,
  logonRow,
  type SensorEvent,
} from "../rows/sensorRows.ts";
import type { Random } from "../random.ts";
import { MINUTE, startOf, type StoryContext } from "./story.ts";

type Placed<T> = Omit<T, "at" | "user" | "host">;

/** Each method gives the row of what happened, `minute` minutes after the scene began. */
export interface OnHost {
  readonly startedAt: number;
  readonly user: User;
  readonly host: Host;
  at(minute: number): number;
  program(file: string, command: string, parent: string, more?: Partial<Program>): Program;
  starts(minute: number, started: Program, by?: Program): LogRow;
  connects(minute: number, to: Placed<Connection>): LogRow;
  writes(minute: number, change: Placed<FileChange>): LogRow;
  sets(minute: number, change: Placed<RegistryChange>): LogRow;
  senses(minute: number, event: Placed<SensorEvent>): LogRow;
  loads(minute: number, loaded: Placed<Parameters<typeof imageLoadRow>[2]>): LogRow;
  logsOn(minute: number, logon: Placed<Logon>): LogRow;
}

/** Somebody on a host; the scene begins as long before its end as any other. */
export const onHost = (context: StoryContext, user: User, host: Host = user.host): OnHost =>
  placed(context, startOf(context), user, host);

/** The same scene on another host or by another account. */
export const elsewhere = (
  context: StoryContext,
  { startedAt }: OnHost,
  user: User,
  host: Host,
): OnHost => placed(context, startedAt, user, host);

function placed(
  { company, random }: { company: Company; random: Random },
  startedAt: number,
  user: User,
  host: Host,
): OnHost {
  const at = (minute: number): number => Math.round(startedAt + minute * MINUTE);
  const when = (minute: number) => ({ at: at(minute), user, host });
  return {
    startedAt,
    user,
    host,
    at,
    program: (file, command, parent, more) => program(random, file, command, parent, more),
    starts: (minute, started, by) =>
      processRow(company, random, {
        ...when(minute),
        started,
        ...(by === undefined ? {} : { by }),
      }),
    connects: (minute, to) => connectionRow(company, random, { ...when(minute), ...to }),
    writes: (minute, change) => fileRow(company, random, { ...when(minute), ...change }),
    sets: (minute, change) => registryRow(company, random, { ...when(minute), ...change }),
    senses: (minute, event) => deviceEventRow(company, random, { ...when(minute), ...event }),
    loads: (minute, loaded) => imageLoadRow(company, random, { ...when(minute), ...loaded }),
    logsOn: (minute, logon) => logonRow(company, random, { ...when(minute), ...logon }),
  };
}
