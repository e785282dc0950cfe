import { describe, expect, it } from 'vitest';
import { plus } from '#model/brand.ts';
import { runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm } from '#tests/store/ops/support/samples.ts';

describe('the history of an alarm', () => {
  it('says who acknowledged and disposed it, when, and with which words', async () => {
    await using api = await runningApi();
    api.write((writer) => writer.putAlarm(alarm('a-1')));
    api.wall.at = plus(start, 1_000);
    await api.send('p-worker', 'POST', '/alarms/a-1/acknowledge', { comment: 'on my way' });
    api.wall.at = plus(start, 2_000);
    await api.send('p-leader', 'POST', '/alarms/a-1/dispose', { disposition: 'nuisance', comment: 'steam' });
    expect((await api.get('p-auditor', '/alarms/a-1')).json().history).toEqual([
      {
        at: '2026-01-01T04:00:00.000Z',
        actor: 'rule:smoke-alarm',
        action: 'raised',
        to: null,
        comment: null,
      },
      {
        at: '2026-01-01T04:00:01.000Z',
        actor: 'p-worker',
        action: 'acknowledged',
        to: null,
        comment: 'on my way',
      },
      {
        at: '2026-01-01T04:00:02.000Z',
        actor: 'p-leader',
        action: 'disposed',
        to: 'nuisance',
        comment: 'steam',
      },
    ]);
  });

  it('has the end of the alarm where it belongs in time, and none for an event', async () => {
    await using api = await runningApi();
    const said = { actor: 'p-worker', action: 'acknowledged' } as const;
    api.write((writer) => {
      writer.putAlarm(
        alarm('a-over', {
          state: 'cleared',
          clearedAt: plus(start, 2_000),
          notes: [
            { ...said, at: plus(start, 3_000) },
            { at: plus(start, 1_000), actor: 'rule:smoke-alarm', action: 'severity', to: 'major' },
          ],
        }),
      );
      writer.putAlarm(alarm('a-event', { state: 'cleared', clearedAt: start }));
    });
    const actions = async (id: string) =>
      (await api.get('p-worker', `/alarms/${id}`))
        .json()
        .history.map(({ action }: { action: string }) => action);
    expect(await actions('a-over')).toEqual(['raised', 'severity', 'cleared', 'acknowledged']);
    expect(await actions('a-event')).toEqual(['raised']);
  });
});
