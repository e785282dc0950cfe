import { it } from 'vitest';
import { expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { taskOf } from './support/story.ts';

const wordless = 'Wohnungsbaugesellschaft'.repeat(5);
const stage = openStage(async (community) => {
  const name = { zh: wordless, en: wordless };
  const { status } = await community.admin.send('PATCH', '/api/v1/places/b3', { name });
  if (status !== 200) throw new Error(`the place was not renamed: ${status}`);
});

it.each([390, 1440] as const)('a name without a space does not push a page out of %d px', async (width) => {
  await using worker = await stage.visit({ language: 'en', appearance: 'light', width }, 'grid-worker');
  await stage.community.publish('smoke-b3-05', { smoke: true });
  const { id } = await taskOf(stage.community, 'fire');
  for (const path of [
    '/',
    '/inbox',
    '/tasks',
    `/tasks/${id}`,
    '/alarms',
    '/devices',
    '/devices/smoke-b3-05',
  ]) {
    await worker.goTo(path);
    await expectLaidOut(worker, path);
  }
});
