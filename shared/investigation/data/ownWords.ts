/** What the questions' own queries write into a cell: words of the product, which a sentence shows without quotes. */
export const OWN_WORDS: ReadonlySet<string> = new Set([
  "a managed and compliant device",
  "far more than usual",
  "hides mail",
  "in rounds",
  "mail, files or the directory",
  "no known device",
  "no more than usual",
  "one user",
  "profile data only",
  "sends mail outside",
  "sorts mail",
  "system tool",
]);
