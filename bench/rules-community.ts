import type { ResourceChange } from '#model/command.ts';

/** A rule as a file has it. */
export type RuleFile = Readonly<Record<string, unknown>> & { readonly id: string };

const put = (resource: string, id: string, body: object): ResourceChange =>
  ({ op: 'put', resource, id, body: { id, ...body } }) as unknown as ResourceChange;

/** Devices in flats of four, ten flats a building. */
export function* communityOf(devices: number): Iterable<ResourceChange> {
  yield put('community', 'bench', { timezone: 'Asia/Shanghai' });
  yield put('place', 'g1', { kind: 'grid', parent: 'bench' });
  for (let number = 0; number < devices; number++) {
    const room = Math.floor(number / 4);
    const building = Math.floor(room / 10);
    if (number % 40 === 0) yield put('place', `b${building}`, { kind: 'building', parent: 'g1' });
    if (number % 4 === 0) yield put('place', `r${room}`, { kind: 'room', parent: `b${building}` });
    yield put('device', `d${number}`, { kind: 'environment', place: `r${room}` });
  }
}

/** What a rule asks, by kind; each on readings of one property. */
const kinds: readonly Readonly<Record<string, unknown>>[] = [
  { when: 'value > 45' },
  { when: 'value > 30', for: '20s', 'clear-for': '1m' },
  { when: "avg('temperature', '10m') > 31" },
  { when: 'value - previous > 8' },
  { when: "rate('temperature', '1m') >= 60.0 && value > 35" },
  { when: 'value > 33', levels: [{ when: 'value > 38', severity: 'critical' }] },
  { when: "max('temperature', '1h') - min('temperature', '1h') > 25" },
  { when: "value > 40 && last('humidity') > 80" },
  { 'silent-for': '10m' },
  { when: "count('temperature', '5m') > 40" },
  { when: "value > baseline('temperature').mean + 20.0" },
  { when: 'value > 42', key: 'room' },
  { when: 'value > 41', 'active-hours': { from: '08:00', to: '20:00' } },
];

/** Rules of mixed kinds, each for a twentieth of the devices: a reading wakes `rules / 20` of them. */
export const mixedRules = (rules: number, devices: number): readonly RuleFile[] =>
  Array.from({ length: rules }, (_, number) => ({
    ...ruleOn(`mixed-${number}`, kinds[number % kinds.length] ?? {}),
    devices: { id: everyTwentieth(number % 20, devices) },
  }));

/** What is asked of one window. */
export const windowRules = (length: string): readonly RuleFile[] =>
  ["avg('temperature', 'W') > 90", "max('temperature', 'W') > 99", "rate('temperature', 'W') > 99"].map(
    (when, number) => ruleOn(`window-${number}`, { when: when.replace('W', length) }),
  );

const ruleOn = (id: string, more: object): RuleFile => ({
  id,
  category: 'facilities',
  severity: 'major',
  property: 'temperature',
  ...more,
});

const everyTwentieth = (first: number, devices: number): readonly string[] =>
  Array.from({ length: Math.ceil((devices - first) / 20) }, (_, index) => `d${first + 20 * index}`);
