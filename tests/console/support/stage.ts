import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from '#tests/support/browser/chromium.ts';
import type { View } from '#tests/support/browser/view.ts';
import { Visitor } from '#tests/support/browser/visitor.ts';
import { accountOf, LivedInCommunity, type Part } from './lived-in-community.ts';

export interface Stage {
  readonly community: LivedInCommunity;
  /** Somebody of the cast who is signed in, or a stranger; `await using` closes what they have open. */
  visit(view: View, part?: Part): Promise<Visitor>;
}

/** One Chromium and one community for a file of tests, whose visitors come and go; `env`: settings of its platform. */
export function openStage(
  prepare: (community: LivedInCommunity) => Promise<void> = async () => {},
  env: Readonly<Record<string, string>> = {},
): Stage {
  const opened = new AsyncDisposableStack();
  let standing: { readonly browser: Browser; readonly community: LivedInCommunity } | undefined;
  beforeAll(async () => {
    const community = opened.use(await LivedInCommunity.start(env));
    await prepare(community);
    standing = { browser: opened.use(await launchChromium()), community };
  }, 120_000);
  afterAll(() => opened.disposeAsync());

  const now = () => {
    if (!standing) throw new Error('the stage stands only while tests run');
    return standing;
  };
  return {
    get community() {
      return now().community;
    },
    visit: (view, part) =>
      Visitor.open(now().browser, {
        base: now().community.base,
        view,
        ...(part === undefined ? {} : { as: accountOf(part) }),
      }),
  };
}
