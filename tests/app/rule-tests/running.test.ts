import { describe, expect, it } from 'vitest';
import { readTestFile } from '#app/rule-tests/read-test-file.ts';
import type { TestResult } from '#app/rule-tests/result.ts';
import { runRuleTestFiles } from '#app/rule-tests/run-files.ts';

const rule = `{ id: hot, category: environment, severity: minor, property: temperature, when: value >= 30, clear: value < 30, for: 60s, task: { title: Hot, to: care-staff } }`;
const press = `{ id: press, category: environment, severity: major, property: sos, when: value == true, event: true }`;
const community = `
  community: { id: c1 }
  places: [ { id: b1, kind: building, parent: c1 } ]
  people: [ { id: c-lin, role: care-staff, places: [c1] }, { id: m-wu, role: property-manager, places: [c1] } ]
  rosters: [ { place: c1, role: care-staff, shifts: [ { days: mon-sun, from: "00:00", to: "24:00", person: c-lin } ] } ]
  devices: [ { id: air-1, kind: environment, place: b1 }, { id: sos-1, kind: sos-button, place: b1 } ]`;

interface Given {
  readonly input: readonly string[];
  readonly expect: readonly string[];
  readonly head?: string;
}

/** Runs one test of the rules above. */
async function run({ expect: expected, head = '', input }: Given): Promise<TestResult> {
  const text = `rules: [ ${rule}, ${press} ]
community: ${community}
${head}
tests:
  - name: it
    input:
${input.map((entry) => `      - ${entry}`).join('\n')}
    expect:
${expected.map((entry) => `      - ${entry}`).join('\n')}
`;
  const access = { read: () => text, usualCommunity: 'none.yaml' };
  const { problems, results } = await runRuleTestFiles(['a.test.yaml'], access);
  expect(problems).toEqual([]);
  const [result] = results;
  if (!result) throw new Error('no test ran');
  return result;
}

const passes = async (given: Given): Promise<void> => expect((await run(given)).failures).toEqual([]);

describe('a rule test', () => {
  it('looks at all alarms that are known, and only at the fields that are named', async () => {
    const input = ['{ device: air-1, at: 0s, values: { temperature: 31 } }'];
    await passes({ input, expect: ['{ at: 60s, alarms: [ { state: active } ] }'] });
    const { failures } = await run({ input, expect: ['{ at: 60s, alarms: [] }', '{ at: 60s, tasks: 0 }'] });
    expect(failures).toMatchObject([
      { at: '60s', alarms: [{ kind: 'unexpected', seen: { rule: 'hot', startedAt: '60s' } }] },
      { at: '60s', taskCount: { expected: 0, seen: 1 } },
    ]);
  });

  it('is asked after all that falls due at the same time', async () => {
    await passes({
      input: ['{ device: air-1, at: 0s, values: { temperature: 31 } }'],
      expect: ['{ at: 59999ms, alarms: [] }', '{ at: 60000ms, alarms: [ { started-at: 60s } ] }'],
    });
  });

  it('takes entries in order of time, however they are written', async () => {
    await passes({
      input: [
        '{ device: air-1, at: 30s, values: { temperature: 20 } }',
        '{ device: air-1, at: 0s, values: { temperature: 31 } }',
      ],
      expect: ['{ at: 2m, alarms: [] }', '{ at: 1s, alarms: [] }'],
    });
  });

  it('begins at the time that the file or the test says', async () => {
    const expected = ['{ at: "2026-07-01T08:01", alarms: [ { started-at: 60s } ] }'];
    const input = ['{ device: air-1, at: "2026-07-01T08:00", values: { temperature: 31 } }'];
    await passes({ head: 'start: 2026-07-01T08:00', input, expect: expected });
    const { failures } = await run({ head: 'start: 2026-06-30T08:00', input, expect: expected });
    expect(failures).toMatchObject([{ clock: '2026-07-01 08:01:00' }]);
  });

  it('lets a late reading revise an alarm', async () => {
    await passes({
      input: [
        '{ device: air-1, at: 0s, values: { temperature: 31 } }',
        '{ device: air-1, at: 100s, values: { temperature: 31 } }',
        '{ device: air-1, at: 90s, arrives: 2m, values: { temperature: 29 } }',
        '{ device: air-1, at: 30s, arrives: 3m, values: { temperature: 29 } }',
      ],
      expect: [
        '{ at: 119s, alarms: [ { state: active, started-at: 60s, revised: false } ] }',
        '{ at: 2m, alarms: [ { state: cleared, cleared-at: 90s } ] }',
        '{ at: 3m, alarms: [ { state: cleared, revised: true }, { state: active, started-at: 160s } ] }',
      ],
    });
  });

  it('lets a whole series come in at once', async () => {
    await passes({
      input: [
        '{ device: air-1, from: 0s, to: 2m, every: 30s, arrives: 10m, values: { temperature: 31 } }',
        '{ device: air-1, at: 4m, values: { temperature: 20 } }',
      ],
      expect: ['{ at: 599s, alarms: [] }', '{ at: 10m, alarms: [ { started-at: 60s, cleared-at: 4m } ] }'],
    });
  });

  it('lets values rise in even steps and take turns', async () => {
    // 21, 22, … 31 °C: 30 is reached after nine steps of 10 s.
    await passes({
      input: [
        '{ device: air-1, from: 0s, to: 100s, every: 10s, values: { temperature: { from: 21, to: 31 } } }',
      ],
      expect: ['{ at: 149s, alarms: [] }', '{ at: 150s, alarms: [ { started-at: 150s } ] }'],
    });
    await passes({
      input: ['{ device: sos-1, from: 0s, to: 40s, every: 10s, values: { sos: [true, false] } }'],
      expect: ['{ at: 1m, alarms: [ { started-at: 0s }, { started-at: 20s }, { started-at: 40s } ] }'],
    });
  });

  it('counts a message that comes again once', async () => {
    await passes({
      input: ['{ device: sos-1, at: 5s, repeat: 4, values: { sos: true } }'],
      expect: ['{ at: 1m, alarms: [ { rule: press } ] }'],
    });
  });

  it('takes retained state for no event', async () => {
    await passes({
      input: ['{ device: air-1, at: 0s, retained: true, values: { temperature: 31 } }'],
      expect: ['{ at: 5m, alarms: [], tasks: [ { rule: hot, title: "To verify: Hot", alarms: 0 } ] }'],
    });
  });

  it('goes on behind a kill as if there had been none, on an engine that was built anew', async () => {
    const input = [
      '{ device: air-1, at: 0s, values: { temperature: 31 } }',
      '{ restart: true, at: 30s }',
      '{ device: air-1, at: 70s, values: { temperature: 32 } }',
      '{ restart: true, at: 70s }',
      '{ device: air-1, at: 80s, values: { temperature: 20 } }',
      '{ restart: true, at: 80s }',
    ];
    await passes({
      input,
      expect: [
        '{ at: 60s, alarms: [ { started-at: 60s } ], tasks: 1 }',
        '{ at: 2m, alarms: [ { started-at: 60s, cleared-at: 80s } ], tasks: 1 }',
      ],
    });
    // Traces are in no snapshot: that of 0s was seen by an engine that is gone, what followed was played again.
    const { failures } = await run({ input, expect: ['{ at: 79s, alarms: [] }'] });
    expect(failures).toMatchObject([
      { traces: [{ rule: 'hot', device: 'air-1', entries: [{ at: '60s' }, { at: '70s' }] }] },
    ]);
  });

  it('lets people act on tasks, as themselves', async () => {
    await passes({
      input: [
        '{ device: air-1, at: 0s, values: { temperature: 31 } }',
        '{ task: accept, by: c-lin, at: 61s }',
        '{ task: start, by: c-lin, at: 62s }',
        '{ task: feedback, by: c-lin, of: { rule: hot }, at: 63s }',
        '{ task: close, by: m-wu, at: 64s }',
      ],
      expect: [
        '{ at: 61s, tasks: [ { assignee: c-lin, state: accepted } ] }',
        '{ at: 64s, tasks: [ { state: closed } ] }',
      ],
    });
  });

  it('fails when somebody may not do what it says', async () => {
    const { failures } = await run({
      input: [
        '{ task: accept, by: c-lin, at: 50s }',
        '{ device: air-1, at: 0s, values: { temperature: 31 } }',
        '{ task: close, by: c-lin, at: 61s }',
      ],
      expect: ['{ at: 2m, tasks: 1 }'],
    });
    expect(failures.map(({ at, refused }) => `${at} ${refused}`)).toEqual([
      '50s task accept by c-lin: there is no such task',
      expect.stringMatching(/^61s task close by c-lin: ./),
    ]);
  });

  it('holds a rule back by a mode until the mode ends', async () => {
    const mode = (text: string): string => `{ ${text}, target: b1, at: 0s }`;
    const unless =
      'rules: [ { id: wet, category: environment, severity: minor, property: temperature, when: value >= 30, unless: [away] } ]';
    const text = (entries: readonly string[], expected: string): string =>
      `${unless}\ncommunity: ${community}\ntests:\n  - name: it\n    input: [ ${entries.join(', ')} ]\n    expect: [ ${expected} ]\n`;
    const results = async (file: string) =>
      (await runRuleTestFiles(['a.test.yaml'], { read: () => file, usualCommunity: '' })).results;
    const hot = ['{ device: air-1, from: 1m, to: 9m, every: 1m, values: { temperature: 31 } }'];
    for (const [entries, began] of [
      [[mode('mode: away, until: 150s'), ...hot], '3m'],
      [[mode('mode: away'), '{ end-mode: away, target: b1, at: 250s }', ...hot], '5m'],
      [hot, '1m'],
    ] as const)
      expect(await results(text(entries, `{ at: 9m, alarms: [ { started-at: ${began} } ] }`))).toMatchObject([
        { passed: true },
      ]);
  });
});

describe('the rules and the community of a test that names none', () => {
  const files: Readonly<Record<string, string>> = {
    '/t/hot.test.yaml': 'tests: [ { name: it, expect: [ { at: 1s, alarms: [] } ] } ]',
    '/t/hot.yaml': `rules: [ ${rule} ]`,
    '/t/other.test.yaml': 'tests: [ { name: it, expect: [ { at: 1s, alarms: [] } ] } ]',
    '/t/usual.yaml': community,
  };
  const read = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`${path}: not there`);
    return text;
  };
  const planned = (file: string) => {
    const found = readTestFile(file, { read, usualCommunity: '/t/usual.yaml' });
    if ('problems' in found) throw new Error(JSON.stringify(found.problems));
    return found;
  };

  it('are the rule file beside it, and the usual community', () => {
    const { community: usual, rules } = planned('/t/hot.test.yaml');
    expect(rules.map(({ id }) => id)).toEqual(['hot']);
    expect(usual.id).toBe('c1');
  });

  it('are the library where there is no file beside it', () => {
    expect(planned('/t/other.test.yaml').rules.map(({ id }) => id)).toContain('smoke-alarm');
  });
});
