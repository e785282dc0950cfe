import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileAccess } from '#app/rule-tests/named-files.ts';
import { type PlannedFile, type PlannedTest, readTestFile } from '#app/rule-tests/read-test-file.ts';
import { TestStand } from '#app/rule-tests/stand.ts';
import { put } from '#app/rule-tests/test-community.ts';
import type { DeviceId, ResidentId } from '#model/brand.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import { type Filled, filledOf } from '#tasks/filled.ts';
import { addResident, Demo, placeId, taskId } from '#tests/tasks/support/demo.ts';

const library = 'rules/library';
const files = readdirSync(library).filter((name) => name.endsWith('.test.yaml'));
const access: FileAccess = {
  read: (path) => readFileSync(path, 'utf8'),
  usualCommunity: 'examples/demo-community.yaml',
  communities: new Map(),
};

/** What each task says that a rule raised, after what the test lets devices say: by the engine that runs in production. */
async function raisedIn(
  planned: PlannedFile,
  test: PlannedTest,
): Promise<readonly (readonly [rule: string, Filled])[]> {
  const { community, rules } = planned;
  const changes = [...community.changes, ...rules.map(({ id, source }) => put('rule', id, source))];
  using stand = await TestStand.open({ changes, community: community.id, start: test.moments.start });
  for (const step of test.steps) {
    if (step.kind === 'say') stand.say(step);
    else stand.pass(step.at);
    if (step.kind === 'change') stand.change([step.change]);
  }
  for (const { at } of test.expected) stand.pass(at);
  stand.settle();
  const alarms = new Map(stand.alarms.map((alarm) => [alarm.id, alarm]));
  return stand.tasks.flatMap((task) => {
    const source = rules.find(({ id }) => id === task.rule);
    const [first] = task.alarms;
    if (!source || first === undefined) return [];
    const parsed = parseRule({ ...source.source, id: source.id });
    const order = 'rule' in parsed ? (parsed.rule.task ?? null) : null;
    const filled = filledOf({
      task,
      alarm: alarms.get(first),
      configuration: community.configuration,
      order,
    });
    return [[source.id, filled] as const];
  });
}

describe('a task that a sensor raised', () => {
  it('says at least nine tenths of what its category wants to know, for every rule of the library that raises one', async () => {
    const raised: (readonly [string, Filled])[] = [];
    for (const name of files) {
      const planned = readTestFile(`${library}/${name}`, access);
      if ('problems' in planned) throw new Error(JSON.stringify(planned.problems));
      for (const test of planned.tests) raised.push(...(await raisedIn(planned, test)));
    }
    const rules = new Set(raised.map(([rule]) => rule));
    expect(rules.size).toBeGreaterThan(35);
    const poor = raised.filter(([, { filled, of }]) => filled / of < 0.9);
    // A band that is nobody's: who is to be helped is what it lacks, and the task says so.
    expect(new Set(poor.map(([rule, { missing }]) => `${rule}: ${missing.join()}`))).toEqual(
      new Set(['spo2-low: resident,need,contact']),
    );
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
    const share = sum(raised.map(([, { filled }]) => filled)) / sum(raised.map(([, { of }]) => of));
    expect(share).toBeGreaterThan(0.95);
  });

  it('knows whom to call where somebody lives', () => {
    const demo = new Demo();
    demo.configuration.apply({
      op: 'put',
      resource: 'category',
      id: 'fire',
      body: { id: 'fire', owner: 'grid-worker', fields: ['resident', 'need', 'contact'] },
    });
    const filledFor = (resident: string | undefined): readonly string[] => {
      const task = demo.raise('smoke-alarm', { key: `k-${resident}` });
      const alarm = {
        device: 'smoke-1' as DeviceId,
        evidence: [],
        ...(resident === undefined ? {} : { resident: resident as ResidentId }),
      };
      return filledOf({ task, alarm, configuration: demo.configuration, order: null }).missing;
    };
    addResident(demo.configuration, { id: 'r-1', place: placeId('b3-0502') });
    addResident(demo.configuration, {
      id: 'r-2',
      place: placeId('b3-0502'),
      birthYear: 1940,
      contacts: [{ phone: '138' }],
    });
    expect(filledFor(undefined)).toEqual(['resident', 'need', 'contact']);
    expect(filledFor('r-1')).toEqual(['need', 'contact']);
    expect(filledFor('r-2')).toEqual([]);
  });

  it('by hand says less, and which', () => {
    const demo = new Demo();
    const outcome = demo.desk.create(
      { category: 'environment', severity: 'minor', title: 'Rubbish', place: 'b3' },
      taskId('t-hand'),
      { kind: 'operator', id: 'operator' },
      demo.raise().createdAt,
    );
    if (!outcome.ok) throw new Error(outcome.failure.detail);
    const { configuration } = demo;
    const { missing } = filledOf({ task: outcome.value, alarm: undefined, configuration, order: null });
    expect(missing).toEqual(expect.arrayContaining(['device', 'evidence']));
  });
});
