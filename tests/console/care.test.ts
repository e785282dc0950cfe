import { describe, expect, it } from 'vitest';
import { ladderStates } from '#api/views/ladder-view.ts';
import { passedOver, rungNames } from '#model/care-ladder.ts';
import { isRole } from '#model/role.ts';
import type { View } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { byNeed, isRunning, isUnanswered } from '../../dashboards/console/src/care/ladder-order.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { type TaskView, taskOf } from './support/story.ts';
import { said, saidFirst } from './support/words.ts';

const stage = openStage(async ({ admin }) => {
  const contacts = [{ name: '陈小红', phone: '139 0000 1111', order: 1, consent: true }];
  await admin.send('PATCH', '/api/v1/residents/r-0502', { phone: '138 0013 8000', contacts });
});
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', `care.${key}`, values);

type State = (typeof ladderStates)[number];
const call = (id: string, state: State, minute = 0) => ({
  id,
  ladder: { state, startedAt: `2026-01-01T00:0${minute}:00Z` },
});

const pressed = async (device: string): Promise<TaskView> => {
  const before = await stage.community.admin.all<TaskView>('/api/v1/tasks?category=elderly-care');
  await stage.community.publish(device, { sos: true });
  const known = new Set(before.map(({ id }) => id));
  for (;;) {
    const task = await taskOf(stage.community, 'elderly-care');
    if (!known.has(task.id)) return task;
  }
};
const cardOf = ({ content }: Visitor, id: string) =>
  content.getByRole('article').filter({ has: content.page().locator(`a[href="/tasks/${id}"]`) });

describe('calls for help', () => {
  it('have words for every state, every step and every reason to pass one over', () => {
    for (const state of ladderStates) expect(say(`state-${state}`), state).not.toBe('');
    for (const why of passedOver) expect(say(`passed-${why}`), why).not.toBe('');
    for (const rung of rungNames.filter((name) => !isRole(name)))
      expect(say(`rung-${rung}`), rung).not.toBe('');
  });

  it('stand in the order of need: where nobody came first, what is well last', () => {
    const calls = [
      call('well', 'well'),
      call('in-hand', 'in-hand'),
      call('climbs-later', 'climbing', 2),
      call('climbs', 'climbing', 1),
      call('top', 'at-the-top', 3),
    ];
    expect(calls.toSorted(byNeed).map(({ id }) => id)).toEqual([
      'top',
      'climbs',
      'climbs-later',
      'in-hand',
      'well',
    ]);
    expect(calls.filter(isUnanswered)).toHaveLength(3);
    expect([call('over', 'over'), { id: 'none', ladder: null }].filter(isRunning)).toEqual([]);
  });

  it('show up by themselves, and somebody who says that they come holds the ladder', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    await manager.goTo('/care');
    await manager.content.getByText(say('none'), { exact: true }).waitFor();
    await expectAccessible(manager, 'nobody calls');
    const { id } = await pressed('sos-b3-0502');

    const card = cardOf(manager, id);
    await card.getByText(say('state-climbing')).waitFor();
    const rungs = card.getByRole('list', { name: say('rungs') }).getByRole('listitem');
    expect(await rungs.filter({ hasText: say('rung-family') }).textContent()).toContain(
      say('called', { count: '1' }),
    );
    await card.getByText(/in 0:\d\d: /).waitFor();
    await expectLaidOut(manager);
    await expectAccessible(manager);

    await using worker = await stage.visit(phone, 'care-staff');
    await worker.goTo('/care');
    await expectLaidOut(worker);
    await expectAccessible(worker);
    await cardOf(worker, id)
      .getByRole('button', { name: said('zh', 'care.minutes', { count: '5' }) })
      .click();
    await card.getByText(/Lin Fang, there by \d\d:\d\d/).waitFor();
    const { body } = await stage.community.admin.get<{ coming: unknown[] }>(`/api/v1/tasks/${id}`);
    expect(body.coming).toMatchObject([{ person: 'c-lin', minutes: 5 }]);

    await worker.goTo(`/tasks/${id}`);
    const panel = worker.content.getByRole('region', { name: said('zh', 'care.title') });
    await panel.getByText(/林芳/).first().waitFor();
    await panel.getByRole('button', { name: said('zh', 'care.well'), exact: true }).click();
    await panel.getByText(said('zh', 'care.state-well')).waitFor();
    await card.getByText(say('state-well')).waitFor();
    await manager.content.getByRole('region', { name: say('answered') }).waitFor();
  });

  it('name the number to call when nobody else is left, and end when the task does', async () => {
    const { admin } = stage.community;
    await admin.send('PATCH', '/api/v1/categories/elderly-care', {
      ladder: { rungs: [{ for: 'emergency' }] },
    });
    await using leader = await stage.visit(phone, 'grid-leader');
    await leader.goTo('/care');
    const { id, version } = await pressed('sos-b1-0601');
    const card = cardOf(leader, id);
    const number = card.getByRole('link', { name: said('zh', 'care.emergency', { number: '120' }) });
    expect(await number.getAttribute('href')).toBe('tel:120');
    await expectLaidOut(leader);
    await expectAccessible(leader);
    await leader.goTo(`/tasks/${id}`);
    await leader.content.getByRole('link', { name: saidFirst('zh', 'care.emergency') }).waitFor();
    await expectAccessible(leader);
    await leader.goTo('/care');
    await admin.post(`/api/v1/tasks/${id}/void`, { version, comment: 'a test' });
    await card.waitFor({ state: 'detached' });
  });

  it('are looked on at by an auditor, who says nothing to them', async () => {
    await using auditor = await stage.visit(desk, 'auditor');
    await pressed('sos-b1-0601');
    await auditor.goTo('/care');
    await auditor.content.getByRole('article').first().waitFor();
    expect(await auditor.content.getByRole('button').count()).toBe(0);
    await expectAccessible(auditor);
  });
});
