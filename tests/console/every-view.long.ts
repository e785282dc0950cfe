import { describe, it } from 'vitest';
import {
  addressOf,
  type ConsolePage,
  consolePages,
  mayOpen,
  whoOpens,
} from '#tests/support/browser/console-pages.ts';
import { everyView, type View, viewName } from '#tests/support/browser/view.ts';
import { type Part, parts } from './support/lived-in-community.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { tellStory } from './support/story.ts';

const stage = openStage(tellStory);

async function lookAt(pages: readonly ConsolePage[], view: View, part: Part): Promise<void> {
  await using visitor = await stage.visit(view, part);
  for (const page of pages) {
    await visitor.goTo(await addressOf(page, stage.community.admin));
    await expectLaidOut(visitor, page.name);
    await expectAccessible(visitor, page.name);
  }
}

describe('every page is well built', () => {
  it.each(everyView.map((view) => ({ view, name: viewName(view) })))('in $name', async ({ view }) => {
    const by: Part = view.width === 390 ? 'grid-worker' : 'property-manager';
    const opened = Object.groupBy(consolePages, (page) => whoOpens(page, [by, ...parts]));
    for (const part of parts) await lookAt(opened[part] ?? [], view, part);
  });

  it.each(parts)('as the role %s sees it', async (part) => {
    const mine = consolePages.filter((page) => mayOpen(page, part));
    await lookAt(mine, { language: 'en', appearance: 'light', width: 1440 }, part);
  });
});
