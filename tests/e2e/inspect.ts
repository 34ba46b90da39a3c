/** Looks at one page in both themes: no serious accessibility finding, and a picture for people. */
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const directory = process.env["SCREENSHOT_DIR"] ?? (await mkdtemp(path.join(tmpdir(), "socmate-")));
await mkdir(directory, { recursive: true });
console.log(`Screenshots: ${directory}`);

/** One serious or critical finding: which theme, which rule, where. */
export type Finding = string;

/** Follows the system's theme, so the reader must not have chosen one yet. */
export async function inspect(page: Page, name: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const theme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[style*="color-scheme: ${theme}"]`).waitFor();
    await page.screenshot({
      path: path.join(directory, `${name}-${theme}.png`),
      // Colours that fade after a change of theme jump to their end.
      animations: "disabled",
    });
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      const where = nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`);
      findings.push(`${name}, ${theme}: ${id}: ${where.slice(0, 3).join(" | ")}`);
    }
  }
  return findings;
}
