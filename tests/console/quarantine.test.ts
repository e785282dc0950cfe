import { describe, expect, it } from 'vitest';
import { until } from '#tests/flow/support/api-client.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage(async (community) => {
  for (const temperature of ['warm', 'hot', 'cold']) await community.publish('lift-b3', { temperature });
  await until(
    () => community.admin.all('/api/v1/quarantine?device=lift-b3'),
    (items) => items.length === 3,
  );
});

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
});
