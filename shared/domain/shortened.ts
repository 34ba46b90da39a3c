/** Text cut to a length that a receiver takes. */

/** At most so many UTF-16 units, the last one an ellipsis where something was left out; never half of a character. */
export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
