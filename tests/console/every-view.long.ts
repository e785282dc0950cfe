import { describe, it } from 'vitest';
import { everyView, viewName } from '#tests/support/browser/view.ts';
import type { Part } from './support/lived-in-community.ts';
import { expectWellBuilt } from './support/look.ts';
import { addressOf, consolePages, mayOpen } from './support/pages.ts';
import { openStage } from './support/stage.ts';
import { tellStory } from './support/story.ts';

const stage = openStage(tellStory);
const parts: readonly Part[] = ['manager', 'worker', 'carer', 'auditor', 'admin'];

describe.each(everyView.map((view) => ({ view, name: viewName(view) })))('$name', ({ view }) => {
  it.each(parts)('every page that the %s may open is well built', async (part) => {
    await using visitor = await stage.visit(view, part);
    for (const page of consolePages.filter((each) => mayOpen(each, part))) {
      await visitor.goTo(await addressOf(page, stage.community.admin));
      await expectWellBuilt(visitor, page.name);
    }
  });
});
