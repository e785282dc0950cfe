import { describe, it } from 'vitest';
import { addressOf, consolePages, whoOpens } from '#tests/support/browser/console-pages.ts';
import { type View, viewName } from '#tests/support/browser/view.ts';
import { type Part, parts } from './support/lived-in-community.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { tellStory } from './support/story.ts';

const stage = openStage(tellStory);

interface Look {
  readonly view: View;
  readonly by: Part;
  readonly expectations: readonly (typeof expectLaidOut)[];
}

/** As most people see it; tests/console/every-view.long.ts looks at everything in every way. */
const looks: readonly Look[] = [
  {
    view: { language: 'zh', appearance: 'dark', width: 390 },
    by: 'grid-worker',
    expectations: [expectLaidOut, expectAccessible],
  },
  {
    view: { language: 'en', appearance: 'light', width: 1440 },
    by: 'property-manager',
    expectations: [expectLaidOut],
  },
];
const open = [
  { name: 'sign-in', path: '/sign-in', isOpen: true },
  { name: 'not-found', path: '/no-such-page', isOpen: false },
] as const;

describe.each(looks.map((look) => ({ ...look, name: viewName(look.view) })))(
  'in $name',
  ({ by, expectations, view }) => {
    it.each(consolePages)('$name is well built', async (page) => {
      await using visitor = await stage.visit(view, whoOpens(page, [by, ...parts]));
      await visitor.goTo(await addressOf(page, stage.community.admin));
      for (const holds of expectations) await holds(visitor);
    });

    it.each(open)('$name is well built', async ({ isOpen, path }) => {
      await using visitor = await stage.visit(view, isOpen ? undefined : by);
      await visitor.goTo(path);
      for (const holds of expectations) await holds(visitor);
    });
  },
);
