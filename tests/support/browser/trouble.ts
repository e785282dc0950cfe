import type { Page } from 'playwright-core';

/**
 * Collects what went wrong in a page while nobody looked: uncaught errors, errors in the console (what the content
 * security policy refused is one), requests that failed or were refused.
 */
export class Trouble {
  readonly #expected: RegExp[] = [
    // Whether somebody is signed in is asked before they are.
    /401.*\/api\/v1\/session$/,
    // A page that is left lets go of what it was reading.
    /net::ERR_ABORTED/,
  ];
  readonly #found: string[] = [];

  constructor(page: Page) {
    page.on('pageerror', (error) => this.#note(`uncaught: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      this.#note(`console: ${message.text()} at ${message.location().url}`);
    });
    page.on('requestfailed', (request) => {
      this.#note(`${request.method()} ${request.failure()?.errorText}: ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() < 400) return;
      this.#note(`${response.request().method()} answered ${response.status()}: ${response.url()}`);
    });
  }

  /** What the test brings about itself, from before to after. */
  expect(...patterns: readonly RegExp[]): void {
    this.#expected.push(...patterns);
  }

  get found(): readonly string[] {
    return this.#found.filter((line) => !this.#expected.some((pattern) => pattern.test(line)));
  }

  #note(line: string): void {
    this.#found.push(line);
  }
}
