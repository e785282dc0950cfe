import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Trouble } from './trouble.ts';
import { contextOf, type View } from './view.ts';

export interface Account {
  readonly username: string;
  readonly password: string;
}

export interface VisitorOptions {
  /** Where the platform is, `http://…`. */
  readonly base: string;
  readonly view: View;
  /** Signed in from the beginning, without the page for it; absent: nobody yet. */
  readonly as?: Account;
}

/** So that a word that never comes is told by its own failure, before the test's time is up. */
const patienceMs = 15_000;

/**
 * Somebody with a browser of their own (cookies, language, size). Letting go of one throws when anything went wrong in its
 * pages that the test did not expect.
 */
export class Visitor implements AsyncDisposable {
  readonly page: Page;
  readonly trouble: Trouble;
  readonly #context: BrowserContext;
  readonly #base: string;

  private constructor(context: BrowserContext, page: Page, base: string) {
    this.#context = context;
    this.page = page;
    this.#base = base;
    this.trouble = new Trouble(page);
  }

  static async open(browser: Browser, { as, base, view }: VisitorOptions): Promise<Visitor> {
    const context = await browser.newContext({ ...contextOf(view), baseURL: base });
    context.setDefaultTimeout(patienceMs);
    if (as) {
      const answer = await context.request.post('/api/v1/session', { data: as });
      if (!answer.ok()) throw new Error(`cannot sign in as ${as.username}: ${await answer.text()}`);
    }
    return new Visitor(context, await context.newPage(), base);
  }

  /** Opens an address of the console and waits until its page stands. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(this.#base + path);
    await this.settled();
  }

  /** Until the heading is there and nothing is being loaded any more. */
  async settled(): Promise<void> {
    await this.page.locator('h1').first().waitFor({ state: 'attached' });
    await this.page.locator('.loading, [aria-busy="true"]').first().waitFor({ state: 'detached' });
  }

  /** The part of the page that no language changes the place of: where the content is. */
  get content() {
    return this.page.locator('#content');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // An answer that a test was about to change has nobody to come to.
    await this.page.unrouteAll({ behavior: 'ignoreErrors' });
    await this.#context.close();
    if (this.trouble.found.length > 0)
      throw new Error(`went wrong in the browser:\n${this.trouble.found.join('\n')}`);
  }
}
