import { describe, expect, it } from 'vitest';
import { hour, minute, type PersonId, plus } from '#model/brand.ts';
import type { OnTheWay } from '#model/care-ladder.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { entry, task } from '#tests/store/ops/support/samples.ts';

const steps = async (api: RunningApi, id: string): Promise<readonly Record<string, unknown>[]> =>
  (await api.get('admin', `/tasks/${id}`)).json().steps;
const inMinutes = (given: readonly Record<string, unknown>[]) =>
  given.map(({ at, awaits, isHeld, role }) => [
    (Date.parse(String(at)) - start) / minute,
    role,
    awaits,
    isHeld,
  ]);
const coming = (minutes: number, isMissed = false): OnTheWay => ({
  person: 'w-zhou' as PersonId,
  minutes,
  at: start,
  until: plus(start, minutes * minute),
  comment: null,
  isMissed,
});

describe('what comes next of a task', () => {
  it('while nobody accepts: later where somebody is on the way, but for what was done already', async () => {
    await using api = await runningApi();
    const waiting = { lifeSafety: true, dispatchedAt: start, category: 'elderly-care', rule: null } as const;
    api.write((writer) => {
      writer.putTask(task('t-alone', waiting));
      writer.putTask(task('t-held', { ...waiting, coming: [coming(10)] }));
      writer.putTask(task('t-missed', { ...waiting, coming: [coming(10, true)] }));
      writer.appendHistory(
        task('t-held').id,
        entry({ action: 'escalate', actor: 'system', at: plus(start, minute) }),
      );
    });
    const usual = [
      [1, 'grid-worker', 'accept', false],
      [3, 'grid-leader', 'accept', false],
    ];
    expect(inMinutes(await steps(api, 't-alone'))).toEqual(usual);
    expect(inMinutes(await steps(api, 't-missed'))).toEqual(usual);
    // A minute of grace for who is a little late.
    expect(inMinutes(await steps(api, 't-held'))).toEqual([usual[0], [11, 'grid-leader', 'accept', true]]);
  });

  it('while nobody verifies a report, and while nobody checks what was fed back', async () => {
    await using api = await runningApi();
    api.write((writer) => {
      const reported = { state: 'reported', createdAt: start, verifyBy: plus(start, hour) } as const;
      writer.putTask(task('t-said', { ...reported, category: 'environment', rule: null, lifeSafety: false }));
      writer.putTask(task('t-fed-back', { state: 'feedback', closeBy: plus(start, 2 * hour) }));
      const fed = entry({ action: 'feedback', from: 'accepted', to: 'feedback', at: plus(start, hour) });
      writer.appendHistory(task('t-fed-back').id, fed);
      writer.putTask(task('t-works', { state: 'accepted' }));
      writer.putTask(task('t-unlimited', { state: 'feedback' }));
      writer.appendHistory(task('t-unlimited').id, fed);
    });
    expect(inMinutes(await steps(api, 't-said'))).toEqual([
      [60, 'grid-leader', 'verify', false],
      [180, 'property-manager', 'verify', false],
    ]);
    expect(inMinutes(await steps(api, 't-fed-back'))).toEqual([
      [120, 'property-manager', 'close', false],
      [240, 'grid-leader', 'close', false],
    ]);
    expect(await steps(api, 't-works')).toEqual([]);
    expect(await steps(api, 't-unlimited')).toEqual([]);
  });
});
