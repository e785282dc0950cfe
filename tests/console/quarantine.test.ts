import { describe, expect, it } from 'vitest';
import { mostUnclaimed } from '#app/engine/newcomers.ts';
import { until } from '#tests/flow/support/api-client.ts';
import { idFor, strangerIn } from '../../dashboards/console/src/pages/quarantine/stranger.ts';
import { type LivedInCommunity, tokenOf } from './support/lived-in-community.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage(async (community) => {
  for (const temperature of ['warm', 'hot', 'cold']) await community.publish('lift-b3', { temperature });
  await until(
    () => community.admin.all('/api/v1/quarantine?device=lift-b3'),
    (items) => items.length === 3,
  );
  await moreThanWait(community);
});

/** A gateway carries one more than may wait for somebody to claim them. */
async function moreThanWait(community: LivedInCommunity): Promise<void> {
  const device = {
    id: 'tb-1',
    kind: 'gateway',
    place: 'b3',
    dialect: 'thingsboard',
    topic: 'v1/#',
    token: tokenOf('tb-1'),
  };
  await community.admin.post('/api/v1/devices', device);
  const names = Array.from({ length: mostUnclaimed + 1 }, (_, index) => `Meter ${index + 1}`);
  const values = Object.fromEntries(names.map((name) => [name, [{ values: { temperature: 21 } }]]));
  await community.publish('tb-1', values, 'v1/gateway/telemetry');
  await until(
    () => community.admin.all('/api/v1/quarantine?device=tb-1'),
    (items) => items.length === 1,
  );
}

const desk = { language: 'en', appearance: 'light', width: 1440 } as const;
const say = (key: string, values?: Record<string, string>): string => said('en', `quarantine.${key}`, values);

describe('the quarantine', () => {
  it('shows one line for what went wrong three times, with the newest of it and what to do', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { page } = visitor;
    await visitor.goTo('/quarantine');
    const group = page.getByRole('article').filter({ hasText: 'lift-b3' });
    expect(await group.count()).toBe(1);
    expect(await group.getByRole('strong').first().textContent()).toBe('3');
    expect(await group.getByText(say('reason-wrong-type')).count()).toBe(1);
    await group.getByRole('button', { name: say('details') }).click();
    await group.getByText(say('means-wrong-type')).waitFor();
    await group.getByText('"temperature": "cold"').waitFor();
  });

  it('shows a manager that something is held, but neither what it holds nor a way to read it again', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/quarantine');
    const group = page.getByRole('article').filter({ hasText: 'lift-b3' });
    await group.getByRole('button', { name: say('details') }).click();
    await group.getByText(say('admins-only')).waitFor();
    expect(await group.getByText('cold').count()).toBe(0);
    expect(await group.getByRole('button', { name: say('replay') }).count()).toBe(0);
  });

  it('reads a group again after it has asked, and says what became of it', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { page } = visitor;
    await visitor.goTo('/quarantine');
    const group = page.getByRole('article').filter({ hasText: 'lift-b3' });
    await group.getByRole('button', { name: say('replay') }).click();
    const question = page.getByRole('dialog', { name: say('ask', { count: '3' }) });
    await question.getByRole('button', { name: say('replay') }).click();
    // Exactly: what a screen reader is told of it begins with another word.
    await page
      .getByText(say('some-returned', { replayed: '3', read: '0', returned: '3' }), {
        exact: true,
      })
      .waitFor();
    await question.waitFor({ state: 'hidden' });
    expect(await group.getByRole('strong').first().textContent()).toBe('3');
  });

  it('adds a device that a gateway carries, and reads what it said', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { page } = visitor;
    await visitor.goTo('/quarantine');
    const group = page.getByRole('article').filter({ hasText: 'tb-1' });
    await group.getByRole('button', { name: say('add') }).click();
    const dialog = page.getByRole('dialog', { name: say('add-title') });
    expect(await dialog.getByLabel(say('add-address')).inputValue()).toBe(`Meter ${mostUnclaimed + 1}`);
    await dialog.getByLabel(say('add-id')).fill('meter-last');
    await dialog.getByRole('button', { name: say('add-and-replay', { count: '1' }) }).click();
    await page.getByText(say('all-read', { replayed: '1', read: '1' }), { exact: true }).waitFor();
    await group.waitFor({ state: 'detached' });
    const { body } = await stage.community.admin.get<Record<string, { value: unknown }>>(
      '/api/v1/devices/meter-last/latest',
    );
    expect(body['temperature']?.value).toBe(21);
  });

  it('tells from the sentence whom it is about', () => {
    expect(strangerIn('gw carries "Meter 1", which is no device here: add it')).toBe('Meter 1');
    expect(strangerIn('gw carries "a "b"" and 2 more, which is no device here')).toBe('a "b"');
    expect(strangerIn('gw carries a device without a name, which is no device here')).toBe('');
    expect(idFor('tb-1', 'Meter 1/æ')).toBe('tb-1-meter-1');
  });
});
