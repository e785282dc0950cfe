import { afterAll, describe, expect, it } from 'vitest';
import { addressOf, consolePages, whoOpens } from '#tests/support/browser/console-pages.ts';
import { type View, viewName } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
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
describe.each(looks.map((look) => ({ ...look, name: viewName(look.view) })))(
  'in $name',
  ({ by, expectations, view }) => {
    // One browser for each who looks: what is tried is the page, and each is loaded anew.
    const visitors = new Map<Part, Visitor>();
    const visitorFor = async (part: Part): Promise<Visitor> => {
      const visitor = visitors.get(part) ?? (await stage.visit(view, part));
      visitors.set(part, visitor);
      return visitor;
    };
    const look = async (visitor: Visitor, path: string): Promise<void> => {
      await visitor.goTo(path);
      for (const holds of expectations) await holds(visitor);
      expect(visitor.trouble.found, 'went wrong in the browser').toEqual([]);
    };
    afterAll(async () => {
      for (const visitor of visitors.values()) await visitor[Symbol.asyncDispose]();
    });

    it.each(consolePages)('$name is well built', async (page) => {
      const visitor = await visitorFor(whoOpens(page, [by, ...parts]));
      await look(visitor, await addressOf(page, stage.community.admin));
    });

    it('not-found is well built', async () => {
      await look(await visitorFor(by), '/no-such-page');
    });

    it('sign-in is well built', async () => {
      await using stranger = await stage.visit(view);
      await look(stranger, '/sign-in');
    });
  },
);
