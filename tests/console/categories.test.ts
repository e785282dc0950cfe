import { describe, expect, it } from 'vitest';
import { mergePatch } from '#api/merge-patch.ts';
import { usualLadder } from '#model/care-ladder.ts';
import { type Category, completeCategory, taskFields } from '#model/category.ts';
import { defaultCategories } from '#model/default-categories.ts';
import type { View } from '#tests/support/browser/view.ts';
import {
  bodyOf,
  draftOf,
  isSound,
  patchOf,
  problemsOf,
} from '../../dashboards/console/src/pages/categories/category-draft.ts';
import { usualLadder as shownLadder } from '../../dashboards/console/src/pages/categories/ladder-draft.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { callerOf } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', `category.${key}`, values);

/** Each field said, and otherwise than usual. */
const whole = {
  id: 'parking',
  name: { zh: '停车', en: 'Parking' },
  owner: 'property-manager',
  fallback: ['grid-leader', 'admin'],
  limits: { accept: '2wh', close: '1.5wd' },
  dispatch: 'claim',
  evidence: ['comment'],
  checklist: [{ zh: '看车牌' }, { zh: '联系车主', en: 'Call the owner' }],
  verifiers: ['community-duty'],
  selfVerify: true,
  autoClose: '30m',
  reopenWithin: '2d',
  fields: ['place', 'what'],
  ladder: { from: 'critical', grace: '2m', rungs: [{ for: 'family', within: '45s' }, { for: 'emergency' }] },
} satisfies Category;

describe('the form of a category', () => {
  it('says what was said, and what is usual where nothing was', () => {
    for (const category of [...defaultCategories, whole] as readonly Category[]) {
      const draft = draftOf(category as Parameters<typeof draftOf>[0]);
      expect(isSound(problemsOf(draft)), category.id).toBe(true);
      expect(completeCategory(bodyOf(draft) as Category)).toEqual(completeCategory(category));
      expect(completeCategory(mergePatch(category, patchOf(draft)) as Category)).toEqual(
        completeCategory(category),
      );
    }
    expect(bodyOf(draftOf(whole))).toEqual(whole);
    expect(shownLadder).toEqual(usualLadder);
    expect(draftOf(undefined).fields).toEqual(taskFields.slice(0, 10));
  });

  it('takes away what is not said any more', () => {
    const empty = { ...draftOf(whole), ladder: 'none' as const, fallback: null, en: '', checklist: [] };
    empty.limits.close = { amount: '', unit: 'm' };
    empty.autoClose = { amount: ' ', unit: 'm' };
    const { autoClose, checklist, fallback, ladder, limits, name } = mergePatch(
      whole,
      patchOf(empty),
    ) as Partial<Category>;
    expect({ autoClose, checklist, fallback, ladder, limits, name }).toEqual({
      checklist: [],
      ladder: 'none',
      limits: { accept: '2wh' },
      name: { zh: '停车' },
    });
  });

  it('says what is wrong before the server does', () => {
    const draft = draftOf(whole);
    draft.id = 'No Spaces';
    draft.verifiers = [];
    draft.limits.accept = { amount: '-1', unit: 'm' };
    draft.ownLadder.rungs.unshift({ key: 9, for: 'cancel', within: { amount: '31', unit: 's' } });
    expect(problemsOf(draft)).toEqual({
      id: 'problem-id',
      verifiers: 'problem-verifiers',
      spans: new Set(['accept']),
      ladder: 'problem-rung-time',
    });
  });
});

describe('the categories', () => {
  it('are made and changed by an admin, with a ladder of their own', async () => {
    await using admin = await stage.visit(desk, 'admin');
    const { content, page } = admin;
    await admin.goTo('/categories');
    await expectAccessible(admin);
    await content.getByRole('link', { name: said('en', 'nav.category-new') }).click();
    await content.getByLabel(say('name-en')).fill('Parking');
    const save = content.getByRole('button', { name: said('en', 'duty.save') });
    await save.click();
    await content.getByText(say('problem-id')).waitFor();
    await content.getByLabel(say('id'), { exact: true }).fill('parking');
    await content
      .getByRole('group', { name: say('dispatch'), exact: true })
      .getByText(say('dispatch-rotate'), { exact: true })
      .click();
    await content.getByLabel(say('limit-accept-long'), { exact: true }).fill('4');
    await content
      .getByLabel(said('en', 'limits.unit-of', { what: say('limit-accept-long') }))
      .selectOption('wh');
    await content.getByLabel(say('evidence-photo'), { exact: true }).check();
    await content.getByRole('radio', { name: say('ladder-own') }).check();
    await content
      .getByRole('button', {
        name: said('en', 'common.take-away', { what: said('en', 'care.rung-resident') }),
      })
      .click();
    await expectLaidOut(admin);
    await expectAccessible(admin, 'the form');
    await save.click();
    await page.waitForURL(/categories\/parking$/);

    const { body } = await stage.community.admin.get<Category>('/api/v1/categories/parking');
    expect(body).toMatchObject({
      name: { en: 'Parking' },
      dispatch: 'rotate',
      limits: { accept: '4wh' },
      evidence: ['photo'],
    });
    const { rungs } = body.ladder as typeof usualLadder;
    expect(rungs.map((rung) => rung.for)).toEqual([
      'cancel',
      'family',
      'care-staff',
      'grid-worker',
      'emergency',
    ]);

    await content.getByRole('button', { name: say('delete') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: say('delete') })
      .click();
    await page.waitForURL(/categories$/);
    expect((await stage.community.admin.get('/api/v1/categories/parking')).status).toBe(404);
  });

  it('are for everybody else to read, and the server refuses as well', async () => {
    await using leader = await stage.visit(phone, 'grid-leader');
    const { content } = leader;
    await leader.goTo('/categories');
    expect(await content.getByRole('link', { name: said('zh', 'nav.category-new') }).count()).toBe(0);
    await content.getByRole('link', { name: /消防/ }).click();
    const accept = content.getByLabel(said('zh', 'category.limit-accept-long'), { exact: true });
    await accept.waitFor();
    expect(await accept.isDisabled()).toBe(true);
    expect(await content.getByRole('button').filter({ visible: true }).count()).toBe(0);
    await expectLaidOut(leader);
    await expectAccessible(leader);
    await leader.goTo('/categories/new');
    expect(new URL(leader.page.url()).pathname).toBe('/');

    const caller = await callerOf(stage.community, 'grid-leader');
    const answer = await caller.send('PATCH', '/api/v1/categories/fire', { owner: 'volunteer' });
    expect(answer.status).toBe(403);
  });
});
