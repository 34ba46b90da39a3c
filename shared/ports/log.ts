/** One line per outcome, with ids; never bodies, tokens, prompts, entities or query rows. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields & { error?: unknown }): void;
}

export type LogFields = Readonly<Record<string, unknown>>;
