/** The one way into a journey: the product in an empty folder, a browser, and a page of it; all end with the file's tests. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

import { launchBrowser, openPage } from "./browser.ts";
import { type Product, startProduct } from "./product.ts";

interface Opened {
  product: Product;
  browser: Browser;
  page: Page;
  errors: string[];
}

export class Visit {
  readonly #settings: Record<string, string>;
  #opened: Opened | undefined;

  constructor(settings: Record<string, string>) {
    this.#settings = settings;
  }

  async open(): Promise<void> {
    const browser = await launchBrowser();
    try {
      const product = await startProduct(this.#settings);
      this.#opened = { product, browser, ...(await openPage(browser)) };
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#opened?.browser.close();
    await this.#opened?.product.stop();
  }

  get #all(): Opened {
    if (this.#opened === undefined) throw new Error("The visit has not begun.");
    return this.#opened;
  }

  /** Without a slash at the end. */
  get url(): string {
    return this.#all.product.url;
  }

  get browser(): Browser {
    return this.#all.browser;
  }

  get page(): Page {
    return this.#all.page;
  }

  /** What went wrong in the browser so far: of scripts, of the console, of requests. */
  get errors(): readonly string[] {
    return this.#all.errors;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** Opens a path and signs in there. @param role of the demo person of the first tenant. */
  async signIn(role: "admin" | "analyst", path = ""): Promise<void> {
    await this.page.goto(this.url + path);
    await this.button(new RegExp(`${role}@contoso\\.example`)).click();
  }

  /** A control of the local run: `timers/relay-outbox`. @returns the product's answer. @throws Error when it refuses. */
  async control(path: string, body?: object): Promise<unknown> {
    const reply = await fetch(`${this.url}/local/${path}`, {
      method: "POST",
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    if (!reply.ok) throw new Error(`POST /local/${path} answered ${reply.status}.`);
    return await reply.json();
  }
}

/** @param settings of the product, on top of the usual ones. */
export function visit(settings: Record<string, string> = {}): Visit {
  const begun = new Visit(settings);
  beforeAll(() => begun.open());
  afterAll(() => begun.close());
  return begun;
}
