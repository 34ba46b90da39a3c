/** Circuit breakers for what is sent: a receiver that hangs or fails takes nothing from the others. */

/** What a call says of its receiver. */
export type CallOutcome =
  | "answered"
  /** It refuses, or cannot be reached. */
  | "failed"
  /** No answer in time. */
  | "hung"
  /** Nothing was sent after all. */
  | "not-made";

/** Leave to make one call. */
export interface Pass {
  /** Only the first call counts. @param leaveAloneMs how long the receiver asked to be left alone. */
  end(outcome: CallOutcome, leaveAloneMs?: number): void;
}

/** Not now. */
export interface Refusal {
  againMs: number;
  /** It answers, and has calls enough: the wait is no failure of it. */
  isAnswering: boolean;
}

export interface Circuits {
  /**
   * Leave to call a receiver now, or in how many milliseconds to come again. Those who are sent away get places one after
   * another, so that what waits for a receiver does not come back all at once.
   * @param callsMax at once to one that answers but takes its time; two unless told.
   */
  enter(receiver: string, callsMax?: number): Pass | Refusal;
  /** A place in line, in milliseconds from now, while a receiver is left alone; `undefined` when it may be called. */
  restOf(receiver: string): number | undefined;
  /** Begins anew with a receiver: its address was changed, or somebody says that it is well. */
  forget(receiver: string): void;
  /** Waits a moment for work. False when it goes on without whoever waits. @throws what the work throws in that moment. */
  endsSoon(work: Promise<unknown>): Promise<boolean>;
}
