/** The machine's own Chromium, and a page that remembers what went wrong in it. */
import { existsSync } from "node:fs";

import { type Browser, chromium, type Page } from "playwright-core";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A document whose headers a test changes counts as one of the internet, which may not call this machine.
  "--disable-features=LocalNetworkAccessChecks",
  "--no-first-run",
];

/** A bound, not a wait: a machine that is busy with something else is slow, not broken. */
const PATIENCE_MS = 120_000;

/** @throws Error that says where Chromium was looked for. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `These tests need Chromium and found none at ${executablePath}. Install the package chromium, or set CHROMIUM_PATH.`,
    );
  }
  return await chromium.launch({ executablePath, args: FLAGS });
}

/** A page and the errors it met: of scripts, of the console (so of the security policy too), of requests. */
export async function openPage(browser: Browser): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 820 },
    colorScheme: "light",
    // Screenshots are the same however fast the machine is.
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { page, errors };
}
