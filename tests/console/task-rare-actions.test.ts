import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { until } from '#tests/flow/support/api-client.ts';
import type { View } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { expectAccessible } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { act, type TaskView, taskOf } from './support/story.ts';
import { said } from './support/words.ts';

interface Whole extends TaskView {
  readonly alarms: readonly string[];
  readonly mergedInto: string | null;
  readonly evidence: readonly string[];
  readonly rating: number | null;
  readonly suspended: { readonly until: string | null } | null;
  readonly history: readonly { readonly action: string; readonly comment: string | null }[];
}

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const taskNow = async (id: string): Promise<Whole> =>
  (await stage.community.admin.get<Whole>(`/api/v1/tasks/${id}`)).body;

async function choose({ page }: Visitor, action: string) {
  await page.getByRole('button', { name: said('en', 'tasks.more-actions'), exact: true }).click();
  await page.getByRole('menuitem', { name: said('en', `task-actions.${action}`), exact: true }).click();
  return page.getByRole('dialog');
}

it('a task of two alarms is split, merged again, suspended until a time, resumed, and evaluated in the end', async () => {
  await stage.community.publish('smoke-b3-0502', { smoke: true });
  const { id } = await taskOf(stage.community, 'fire');
  await stage.community.publish('smoke-b3-0301', { smoke: true });
  // The rule on neighbouring detectors adds one of its own.
  const { alarms } = await until(
    () => taskNow(id),
    (now) => now.alarms.length >= 3,
  );
  await act(stage.community, await taskNow(id), [['grid-worker', 'accept']]);

  await using manager = await stage.visit(desk, 'property-manager');
  const { page, content } = manager;
  const send = page.getByRole('dialog').getByRole('button', { name: said('en', 'tasks.send') });
  await manager.goTo(`/tasks/${id}`);

  const split = await choose(manager, 'split');
  await send.click();
  await split.getByText(said('en', 'tasks.alarms-needed')).waitFor();
  for (let index = 0; index < alarms.length - 1; index++)
    await split.getByRole('checkbox').nth(index).check();
  expect(await split.getByRole('checkbox').last().isDisabled(), 'one stays').toBe(true);
  await expectAccessible(manager, 'split');
  await send.click();
  await split.waitFor({ state: 'detached' });
  expect((await taskNow(id)).alarms).toHaveLength(1);

  const merge = await choose(manager, 'merge');
  await merge.getByRole('radio').first().check();
  await expectAccessible(manager, 'merge');
  await send.click();
  await content.getByText(said('en', 'tasks.merged-into')).waitFor();
  const { mergedInto } = await taskNow(id);
  await content.getByRole('link', { name: said('en', 'tasks.open-other') }).click();
  await page.waitForURL(`**/tasks/${mergedInto}`);
  const goesOn = await taskNow(mergedInto ?? '');
  expect(goesOn.alarms).toHaveLength(alarms.length);

  await act(stage.community, goesOn, [['grid-worker', 'accept']]);
  const suspend = await choose(manager, 'suspend');
  await suspend.getByLabel(said('en', 'tasks.until'), { exact: true }).fill('2020-01-01T08:00');
  await suspend.getByText(said('en', 'tasks.until-past')).waitFor();
  await suspend.getByLabel(said('en', 'tasks.until'), { exact: true }).fill('2099-01-01T08:00');
  await suspend.getByText(said('en', 'tasks.until-too-far')).waitFor();
  const inThreeDays = DateTime.now().setZone('Asia/Shanghai').plus({ days: 3 });
  const friday = inThreeDays.toFormat("yyyy-MM-dd'T'08:00");
  await suspend.getByLabel(said('en', 'tasks.until'), { exact: true }).fill(friday);
  await suspend.getByLabel(said('en', 'tasks.comment-suspend')).fill('The part is ordered');
  await send.click();
  await suspend.waitFor({ state: 'detached' });
  await content.getByText(/The clock stands still/).waitFor();
  await content.getByText(said('en', 'tasks.goes-on-by-itself'), { exact: true }).waitFor();
  const put = await taskNow(goesOn.id);
  expect(put.history.at(-1)?.comment).toBe('The part is ordered');
  expect(put.suspended?.until).toBe(`${inThreeDays.toISODate()}T00:00:00.000Z`);
  await page.getByRole('button', { name: said('en', 'task-actions.resume'), exact: true }).click();
  await content.getByText(said('en', 'task-history.resume')).waitFor();

  await act(stage.community, await taskNow(goesOn.id), [
    ['grid-worker', 'feedback'],
    ['grid-leader', 'close'],
  ]);
  await page.getByRole('button', { name: said('en', 'task-actions.evaluate'), exact: true }).click();
  const evaluate = page.getByRole('dialog');
  await evaluate.getByRole('radio', { name: /^Good/ }).check();
  await send.click();
  await evaluate.waitFor({ state: 'detached' });
  expect(await taskNow(goesOn.id)).toMatchObject({ state: 'evaluated', rating: 4 });
});

it('a photo that the category asks for is taken where the work is reported', async () => {
  const { admin } = stage.community;
  await admin.send('PATCH', '/api/v1/categories/facilities', { evidence: ['photo'], owner: 'grid-worker' });
  await stage.community.publish('leak-g1-garage', { 'water-leak': true });
  const task = await taskOf(stage.community, 'facilities');
  const { body } = await admin.post<Whole>(`/api/v1/tasks/${task.id}/dispatch`, {
    version: task.version,
    to: 'w-zhou',
  });
  if (body.assignee !== 'w-zhou')
    await admin.post(`/api/v1/tasks/${task.id}/transfer`, { version: task.version, to: 'w-zhou' });
  await using worker = await stage.visit(phone, 'grid-worker');
  const { page } = worker;
  await worker.goTo(`/tasks/${task.id}`);
  const word = (key: string) => said('zh', key);
  await page.getByRole('button', { name: word('task-actions.accept'), exact: true }).click();
  await page.getByRole('button', { name: word('task-actions.feedback'), exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('阀门已换');
  await dialog.getByRole('button', { name: word('tasks.send') }).click();
  await dialog.getByText(word('tasks.photo-needed')).waitFor();
  const buffer = await page.screenshot();
  await dialog.locator('input[type=file]').setInputFiles({ name: 'work.png', mimeType: 'image/png', buffer });
  await dialog.getByRole('img').waitFor();
  await expectAccessible(worker, 'feedback with a photo');
  await dialog.getByRole('button', { name: word('tasks.send') }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await taskNow(task.id)).toMatchObject({ state: 'feedback', evidence: [expect.any(String)] });
});
