import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { caughtUp } from './support/caught-up.ts';
import { RunningPlatform } from './support/running-platform.ts';
import { Scrape } from './support/scrape.ts';
import { climates, type Said, Speakers, withClimates } from './support/told-community.ts';

const minute = 60_000;
/** 20:00 there: some of what follows is at night. */
const start = Date.parse('2026-01-10T20:00:00+08:00');
const hours = 6;

interface AlarmView {
  readonly id: string;
  readonly key: string;
  readonly startedAt: string;
  readonly clearedAt: string | null;
  readonly receivedLate: boolean;
  readonly revised: boolean;
}
interface BacktestView {
  readonly alarms: { readonly count: number; readonly night: number };
  readonly tasks: { readonly count: number; readonly joined: number } | null;
  readonly data: { readonly readings: number; readonly since: string | null };
  readonly list: readonly AlarmView[];
  readonly compared: {
    readonly raised: number;
    readonly same: number;
    readonly new: number;
    readonly gone: number;
  };
  readonly caveats: readonly { readonly code: string }[];
}

const base = { category: 'environment', severity: 'minor' };
const rules: Readonly<Record<string, object>> = {
  'bt-hot': {
    ...base,
    property: 'temperature',
    when: 'value > 30',
    for: '4m',
    lateness: '15m',
    task: { title: 'hot', to: 'grid-worker' },
  },
  'bt-damp': {
    ...base,
    property: 'humidity',
    when: "avg('humidity', '10m') > 60 && last('temperature') > 20",
  },
  'bt-jump': { ...base, property: 'temperature', event: true, when: "delta('temperature', '10m') > 3" },
  'bt-levels': {
    ...base,
    property: 'temperature',
    when: 'value > 28',
    levels: [{ when: 'value > 33', severity: 'major' }],
    unless: ['maintenance'],
  },
  'bt-others': {
    ...base,
    property: 'door-open',
    when: "value == true && others('door-open', true, 'building', '20m') >= 1",
  },
  'bt-quiet': { ...base, property: '*', devices: { kind: 'environment' }, silentFor: '25m' },
  'bt-place': { ...base, property: 'temperature', when: 'value > 31', key: 'building' },
};

/** The same row of chances in every run. */
function chances(): () => number {
  let seed = 7;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

/** Four devices that swing about the limits; one message in four comes some minutes late, some never come. */
function evening(): readonly Said[] {
  const chance = chances();
  const said: { readonly arrives: number; readonly one: Said }[] = [];
  for (const [index, device] of climates.entries()) {
    for (
      let at = start + index * 7_000;
      at < start + hours * 60 * minute;
      at += 2 * minute + Math.floor(chance() * minute)
    ) {
      const swing = Math.sin((at - start) / (40 * minute) + index);
      const values = {
        temperature: Math.round((28 + 5 * swing + 3 * chance()) * 10) / 10,
        ...(chance() < 0.5 ? { humidity: Math.round(55 + 10 * chance() + 4 * swing) } : {}),
        ...(chance() < 0.1 ? { 'door-open': chance() < 0.7 } : {}),
      };
      const late = chance() < 1 / 4 ? Math.floor(chance() * 12 * minute) : 0;
      if (chance() < 0.05) at += 30 * minute;
      said.push({ arrives: at + late, one: { device, at, values } });
    }
  }
  return said.sort((a, b) => a.arrives - b.arrives).map(({ one }) => one);
}

const shown = ({ clearedAt, key, receivedLate, revised, startedAt }: AlarmView) => ({
  key,
  startedAt,
  clearedAt,
  receivedLate,
  revised,
});
const inOrder = (alarms: readonly AlarmView[]) =>
  alarms.map(shown).sort((a, b) => (`${a.startedAt} ${a.key}` < `${b.startedAt} ${b.key}` ? -1 : 1));

/** What was known of them just before a time. */
const asOf = (alarms: readonly AlarmView[], now: string): readonly AlarmView[] =>
  alarms
    .filter(({ startedAt }) => startedAt < now)
    .map((alarm) => ((alarm.clearedAt ?? '') < now ? alarm : { ...alarm, clearedAt: null }));

describe('a backtest of what the platform has taken in', () => {
  it('finds the alarms that it raised live, late readings and modes included', async () => {
    using directory = temporaryDirectory();
    const settings = {
      dataDir: directory.path,
      clock: 'data',
      env: { GRIDBELL_HISTORY_SORT_EVERY: '100ms' },
    } as const;
    await using platform = await RunningPlatform.start(settings);
    const admin = await ApiClient.signIn(platform);
    expect((await admin.post('/api/v1/import', withClimates)).status).toBe(200);
    for (const [id, rule] of Object.entries(rules))
      expect((await admin.send('PUT', `/api/v1/rules/${id}`, rule)).body).toMatchObject({ valid: true });
    using speakers = await Speakers.connect(platform.ready.mqtt, admin);
    const said = evening();
    const third = Math.floor(said.length / 3);
    await speakers.say(said.slice(0, third));
    const end = new Date((said[third]?.at ?? 0) + 70 * minute).toISOString();
    await admin.send('PUT', '/api/v1/modes', {
      target: 'b3-0502',
      mode: 'maintenance',
      until: end,
      reason: 'test',
    });
    await speakers.say(said.slice(third, 2 * third));
    await admin.send('PUT', '/api/v1/modes', { target: 'b3', mode: 'maintenance', reason: 'test' });
    await speakers.say(said.slice(2 * third, 2 * third + 40));
    expect((await admin.send('DELETE', '/api/v1/modes?target=b3&mode=maintenance')).status).toBe(204);
    await speakers.say(said.slice(2 * third + 40));
    // What was received in the last moment lies behind `to`: let that be nothing that counts.
    const newest = Math.max(...said.map(({ at }) => at));
    await speakers.say([{ device: 'climate-1', at: newest + 2 * minute, values: { battery: 60 } }]);
    const { body: clock } = await admin.get<{ now: string }>('/api/v1/clock');
    const range = { from: new Date(start).toISOString(), to: clock.now };

    const raised = new Map<string, readonly AlarmView[]>();
    for (const id of Object.keys(rules)) {
      const live = await admin.all<AlarmView>(`/api/v1/alarms?rule=${id}`);
      expect(live.length, id).toBeGreaterThan(0);
      raised.set(id, live);
      const { body, status } = await admin.post<BacktestView>(`/api/v1/rules/${id}/backtest`, range);
      expect({ id, status }).toEqual({ id, status: 200 });
      expect(inOrder(body.list), id).toEqual(inOrder(asOf(live, clock.now)));
      expect(body.compared, id).toMatchObject({ new: 0, gone: 0, same: body.alarms.count });
      expect(body.alarms.night, id).toBeGreaterThan(0);
    }
    expect([...raised.values()].flat().some(({ revised }) => revised)).toBe(true);

    // A day's end and an hour later its table is put in order. Of what was received in one moment, and on the data clock
    // that is all that was late, the order is gone then: alarms that a late reading proved wrong may be others.
    await speakers.say([{ device: 'climate-1', at: start + 40 * 60 * minute, values: { battery: 50 } }]);
    const sorted = async () => (await Scrape.of(admin)).get('gridbell_history_unsorted_days');
    await until(sorted, (days) => days === 1);
    for (const id of Object.keys(rules)) {
      const { body } = await admin.post<BacktestView>(`/api/v1/rules/${id}/backtest`, range);
      expect(body.compared.new + body.compared.gone, `${id}, sorted`).toBeLessThanOrEqual(3);
    }
  });
});

describe('a backtest on the system clock', () => {
  it('judges what came late when it came, and knows who was connected', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', withClimates);
    const warm = { ...base, property: 'temperature', when: 'value > 30', clear: 'value < 25' };
    const gone = { ...base, property: 'online', when: 'value == false', devices: { kind: 'environment' } };
    await admin.send('PUT', '/api/v1/rules/bt-warm', warm);
    await admin.send('PUT', '/api/v1/rules/bt-gone', gone);
    const now = Date.parse((await admin.get<{ now: string }>('/api/v1/clock')).body.now);
    const ago = (minutes: number, temperature: number, device: Said['device'] = 'climate-1'): Said => ({
      device,
      at: now - minutes * minute,
      values: { temperature },
    });
    {
      using speakers = await Speakers.connect(platform.ready.mqtt, admin);
      await speakers.say([ago(50, 20), ago(40, 31), ago(30, 24), ago(20, 32), ago(0, 24)]);
      await speakers.say([ago(25, 33, 'climate-2'), ago(27, 22, 'climate-2'), ago(0, 20, 'climate-2')]);
      await speakers.say([ago(0, 33, 'climate-3'), ago(2, 20, 'climate-3')]);
    }
    const live = await until(
      () => admin.all<AlarmView>('/api/v1/alarms?rule=bt-gone'),
      ({ length }) => length === climates.length,
    );
    expect(live.length).toBe(4);
    await caughtUp(admin);
    const { body: clock } = await admin.get<{ now: string }>('/api/v1/clock');
    const range = { from: new Date(now - 60 * minute).toISOString(), to: clock.now };
    for (const id of ['bt-warm', 'bt-gone']) {
      const raised = await admin.all<AlarmView>(`/api/v1/alarms?rule=${id}`);
      const { body } = await admin.post<BacktestView>(`/api/v1/rules/${id}/backtest`, range);
      expect(inOrder(body.list), id).toEqual(inOrder(raised));
      expect(body.alarms.count, id).toBeGreaterThan(2);
      if (id === 'bt-warm') expect(raised.some(({ receivedLate }) => receivedLate)).toBe(true);
    }
  });
});

describe('a backtest', () => {
  it('tries a draft from a file, says what it would have done, and touches nothing', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', withClimates);
    await admin.send('PUT', '/api/v1/rules/bt-hot', rules['bt-hot']);
    using speakers = await Speakers.connect(platform.ready.mqtt, admin);
    await speakers.say(evening().slice(0, 200));
    const { body: clock } = await admin.get<{ now: string }>('/api/v1/clock');
    const counts = async () => ({
      alarms: (await admin.all('/api/v1/alarms')).length,
      tasks: (await admin.all('/api/v1/tasks')).length,
      rules: (await admin.get<{ version: number }>('/api/v1/rules/bt-hot')).body.version,
    });
    const standing = await counts();
    const file = join(directory.path, 'draft.yaml');
    await writeFile(
      file,
      `rules:
  - { id: other, category: environment, severity: minor, property: battery, when: value < 5 }
  - { id: bt-hot, category: environment, severity: minor, property: temperature, when: value > 30, event: true, enabled: false }
`,
    );
    const asked = [
      'rules',
      'backtest',
      'bt-hot',
      '--from',
      '6h',
      '--to',
      clock.now,
      '--data-dir',
      directory.path,
    ];
    const shownAs = await gridbell([...asked, '--file', file]);
    expect(shownAs.err).toEqual([]);
    expect(shownAs.out).toMatch(
      /^bt-hot \(draft\): 2026-01-10 \d\d:\d\d to 2026-01-1\d \d\d:\d\d Asia\/Shanghai\n/,
    );
    expect(shownAs.out).toMatch(/\ntasks +none/);
    expect(shownAs.out).toMatch(/the rule in force raised \d+: \d+ the same, \d+ new, \d+ gone/);
    const asJson = await gridbell([...asked, '--file', file, '--json']);
    const answer = JSON.parse(asJson.out) as BacktestView & {
      draft: boolean;
      hours: number[];
      days: { alarms: { count: number } }[];
    };
    expect(answer.draft).toBe(true);
    expect(answer.alarms.count).toBeGreaterThan(answer.compared.raised);
    expect(answer.compared.raised).toBeGreaterThan(0);
    expect(answer.hours.reduce((sum, count) => sum + count, 0)).toBe(answer.alarms.count);
    expect(answer.days.reduce((sum, { alarms }) => sum + alarms.count, 0)).toBe(answer.alarms.count);
    expect(answer.compared.same + answer.compared.new).toBe(answer.alarms.count);
    expect(answer.compared.same + answer.compared.gone).toBe(answer.compared.raised);
    expect(await counts()).toEqual(standing);
    const own = JSON.parse((await gridbell([...asked, '--json'])).out) as BacktestView;
    expect(own.tasks?.count).toBeGreaterThan(0);
    expect((own.tasks?.count ?? 0) + (own.tasks?.joined ?? 0)).toBe(own.alarms.count);
  });
});
