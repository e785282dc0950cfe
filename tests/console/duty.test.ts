import { describe, expect, it } from 'vitest';
import { isOnDuty } from '#model/roster.ts';
import type { View } from '#tests/support/browser/view.ts';
import { fc } from '#tests/support/properties.ts';
import { daysIn, daysText, weekdays } from '../../dashboards/console/src/pages/duty/week.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };

describe('the days of a shift', () => {
  it('are read as the server reads them, and written so that they are read again', () => {
    fc.assert(
      fc.property(fc.subarray([...weekdays], { minLength: 1 }), (days) => {
        const text = daysText(days);
        expect(daysIn(text)).toEqual(days);
        const noon = (index: number) => Date.UTC(2026, 2, 2 + index, 12) as Parameters<typeof isOnDuty>[1];
        const on = weekdays.filter((_, index) =>
          isOnDuty({ days: text, from: '08:00', to: '20:00' }, noon(index), 'UTC'),
        );
        expect(on).toEqual(days);
      }),
    );
    expect(daysText(['mon', 'tue', 'wed', 'thu', 'fri', 'sun'])).toBe('mon-fri,sun');
    expect(daysIn('sat-mon')).toEqual(['mon', 'sat', 'sun']);
  });
});

describe('the duty page', () => {
  it('shows when nobody is on duty, and a shift closes the gap', async () => {
    const { admin } = stage.community;
    const shifts = [{ days: 'mon-sun', from: '08:00', to: '20:00', person: 'w-zhou' }];
    await admin.send('PATCH', '/api/v1/rosters/g1.grid-worker', { shifts });
    await using leader = await stage.visit(desk, 'grid-leader');
    const { page, content } = leader;
    await leader.goTo('/duty');
    await expectLaidOut(leader);
    await expectAccessible(leader);
    const gaps = content.getByRole('region', { name: said('en', 'duty.gaps') });
    await gaps
      .getByText(/Grid 1 · Grid worker/)
      .first()
      .waitFor();
    await gaps
      .getByRole('button', { name: /Add a shift Grid 1 · Grid worker/ })
      .first()
      .click();

    const dialog = page.getByRole('dialog');
    const save = dialog.getByRole('button', { name: said('en', 'duty.save') });
    await dialog.getByRole('button', { name: said('en', 'duty.add-shift') }).click();
    const second = dialog.getByRole('group', { name: said('en', 'duty.shift', { number: '2' }) });
    await save.click();
    await second.getByText(said('en', 'duty.needs-person')).waitFor();
    await second.getByLabel(said('en', 'duty.from'), { exact: true }).fill('20:00');
    await second.getByLabel(said('en', 'duty.to'), { exact: true }).fill('08:00');
    await second.getByLabel(said('en', 'duty.person'), { exact: true }).selectOption('w-sun');
    await expectAccessible(leader, 'the dialog');
    await save.click();
    await dialog.waitFor({ state: 'detached' });
    await gaps
      .getByText(/Grid 1 · Grid worker/)
      .first()
      .waitFor({ state: 'detached' });
    const { body } = await admin.get<{ shifts: unknown[] }>('/api/v1/rosters/g1.grid-worker');
    expect(body.shifts).toEqual([
      ...shifts,
      { days: 'mon-sun', from: '20:00', to: '08:00', person: 'w-sun' },
    ]);
  });

  it('is a list of one day on a phone, for a worker to read and not to change', async () => {
    await using worker = await stage.visit(phone, 'grid-worker');
    await worker.goTo('/duty');
    await expectLaidOut(worker);
    await expectAccessible(worker);
    await worker.content.getByText('周敏').filter({ visible: true }).first().waitFor();
    expect(await worker.content.getByRole('button').count()).toBe(0);
    const days = worker.content.locator('.week').first().getByRole('listitem').filter({ visible: true });
    expect(await days.count()).toBe(1);
  });
});
