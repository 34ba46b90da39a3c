/** How much all instances of the product together ask of one workspace. */
export interface QueryBudget {
  /**
   * Waits until a query may start, then holds its place until `release`. A place whose process died is free again
   * within a minute.
   * @param isSync goes before everything else that waits, in whatever instance.
   * @throws AppError `siem-unavailable` with `retryAfterSeconds` when it waits as long as the service itself would let a
   *   query wait; `store-unavailable`.
   */
  take(workspaceId: string, isSync: boolean): Promise<{ release(): Promise<void> }>;
}
