import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { expectAccessible } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { callerOf } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const say = (key: string, values?: Record<string, string>): string => said('en', `modes.${key}`, values);

interface Mode {
  readonly target: string;
  readonly mode: string;
  readonly until?: string;
  readonly reason?: string;
}
const modesSet = async (): Promise<readonly Mode[]> => {
  const { body } = await stage.community.admin.get<{ items: readonly Mode[] }>('/api/v1/modes');
  return body.items;
};

describe('modes', () => {
  it('are set for a resident with an end and a reason, stand as in force, and are ended', async () => {
    await using visitor = await stage.visit(desk, 'care-staff');
    const { page, content } = visitor;
    await visitor.goTo('/modes');
    await content.getByText(say('none'), { exact: true }).waitFor();
    await content.getByRole('button', { name: say('set') }).click();
    const dialog = page.getByRole('dialog', { name: say('set') });
    // Nothing is set without saying for whom and why.
    await dialog.getByRole('button', { name: say('set') }).click();
    await dialog.getByText(say('choose-target')).waitFor();
    await dialog.getByText(say('reason-needed')).waitFor();
    expect(await modesSet()).toEqual([]);

    await dialog.getByLabel(say('resident'), { exact: true }).selectOption('r-0502');
    await dialog.getByRole('radio', { name: say('hospital') }).check();
    await dialog.getByLabel(say('until'), { exact: true }).selectOption('7d');
    await dialog.getByLabel(say('reason'), { exact: true }).fill('hip operation');
    await expectAccessible(visitor);
    await dialog.getByRole('button', { name: say('set') }).click();
    await dialog.waitFor({ state: 'hidden' });

    const card = content.getByRole('region', { name: say('in-force') }).getByRole('article');
    await card.getByRole('heading', { name: `${say('hospital')} · Chen Guiying` }).waitFor();
    await card.getByText('hip operation').waitFor();
    const [mode] = await modesSet();
    expect(mode).toMatchObject({ target: 'r-0502', mode: 'hospital', reason: 'hip operation' });
    const days = (Date.parse(mode?.until ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThan(7.1);

    await card.getByRole('button', { name: say('end') }).click();
    const question = page.getByRole('dialog', {
      name: say('ask-end', { mode: say('hospital'), target: 'Chen Guiying' }),
    });
    await question.getByRole('button', { name: say('end') }).click();
    await content.getByText(say('none'), { exact: true }).waitFor();
    expect(await modesSet()).toEqual([]);
  });

  it('of a place with a time of its own are those of the community’s clocks', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { page, content } = visitor;
    await visitor.goTo('/modes');
    await content.getByRole('button', { name: say('set') }).click();
    const dialog = page.getByRole('dialog', { name: say('set') });
    await dialog.getByLabel(say('whose'), { exact: true }).selectOption('place');
    await dialog.getByLabel(say('place'), { exact: true }).selectOption('b3');
    await dialog.getByRole('radio', { name: say('maintenance') }).check();
    await dialog.getByLabel(say('until'), { exact: true }).selectOption('own');
    const field = dialog.getByLabel(say('own-end'), { exact: true });
    await field.fill('2020-01-01T08:00');
    await dialog.getByText(say('end-is-past')).waitFor();
    await field.fill('2099-01-01T08:00');
    await dialog.getByLabel(say('reason'), { exact: true }).fill('new detectors');
    await dialog.getByRole('button', { name: say('set') }).click();
    await content.getByText('new detectors').waitFor();
    expect(await modesSet()).toEqual([
      { target: 'b3', mode: 'maintenance', reason: 'new detectors', until: '2099-01-01T00:00:00.000Z' },
    ]);
  });

  it('are for those who may set none to look at, and that somebody is in hospital is not for everybody', async () => {
    const care = await callerOf(stage.community, 'care-staff');
    await care.send('PUT', '/api/v1/modes', { target: 'r-0301', mode: 'hospital', reason: 'cough' });
    await care.send('PUT', '/api/v1/modes', { target: 'r-0301', mode: 'away', reason: 'to the hospital' });
    await using duty = await stage.visit(desk, 'community-duty');
    await duty.goTo('/modes');
    await duty.content.getByRole('heading', { name: `${say('away')} · Li Defu` }).waitFor();
    expect(await duty.content.getByText('cough').count()).toBe(0);
    expect(await duty.content.getByRole('button').count()).toBe(0);
    await using worker = await stage.visit(desk, 'grid-worker');
    await worker.goTo('/modes');
    await worker.content.getByText('new detectors').waitFor();
    expect(await worker.content.getByText('Li Defu').count()).toBe(0);
  });
});
