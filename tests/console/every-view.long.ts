import { describe, it } from 'vitest';
import { addressOf, consolePages, mayOpen } from '#tests/support/browser/console-pages.ts';
import { everyView, viewName } from '#tests/support/browser/view.ts';
import { parts } from './support/lived-in-community.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { tellStory } from './support/story.ts';

const stage = openStage(tellStory);

describe.each(everyView.map((view) => ({ view, name: viewName(view) })))('$name', ({ view }) => {
  it.each(parts)('every page that the %s may open is well built', async (part) => {
    await using visitor = await stage.visit(view, part);
    for (const page of consolePages.filter((each) => mayOpen(each, part))) {
      await visitor.goTo(await addressOf(page, stage.community.admin));
      await expectLaidOut(visitor, page.name);
      await expectAccessible(visitor, page.name);
    }
  });
});
