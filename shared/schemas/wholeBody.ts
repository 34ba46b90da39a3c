/** When a rule about a body as a whole has its say. */

/** For `when` of a refinement: only once every part is in order, so that one fault is not told as two. */
export const partsAreFine = ({ issues }: { issues: readonly unknown[] }): boolean =>
  issues.length === 0;
