/** Time zones as people name them. */

/** Whether it is an IANA name, such as Europe/Berlin. */
export function isTimeZone(name: string): boolean {
  // An offset such as +02:00 is taken by Intl but knows no daylight saving.
  if (/^[+-]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}
