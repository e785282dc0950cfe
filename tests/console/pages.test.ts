import { describe, it } from 'vitest';
import { addressOf, consolePages, whoOpens } from '#tests/support/browser/console-pages.ts';
import type { View } from '#tests/support/browser/view.ts';
import { viewName } from '#tests/support/browser/view.ts';
import { type Part, parts } from './support/lived-in-community.ts';
import { expectWellBuilt } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { tellStory } from './support/story.ts';

const stage = openStage(tellStory);

/** The two ends of what is possible; tests/console/every-view.long.ts looks at all in between. */
const looks: readonly { readonly view: View; readonly by: Part }[] = [
  { view: { language: 'zh', appearance: 'dark', width: 390 }, by: 'grid-worker' },
  { view: { language: 'en', appearance: 'light', width: 1440 }, by: 'property-manager' },
];

describe.each(looks.map((look) => ({ ...look, name: viewName(look.view) })))('in $name', ({ view, by }) => {
  it.each(consolePages)('$name is well built', async (page) => {
    await using visitor = await stage.visit(view, whoOpens(page, [by, ...parts]));
    await visitor.goTo(await addressOf(page, stage.community.admin));
    await expectWellBuilt(visitor);
  });

  it('the page for signing in is well built', async () => {
    await using visitor = await stage.visit(view);
    await visitor.goTo('/sign-in');
    await expectWellBuilt(visitor);
  });

  it('an address that is none is well built', async () => {
    await using visitor = await stage.visit(view, 'property-manager');
    await visitor.goTo('/no-such-page');
    await expectWellBuilt(visitor);
  });
});
