import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const rules = `rules:
  - id: hot
    category: environment
    severity: minor
    property: temperature
    when: value >= 30
    for: 60s
    task: { title: Hot, to: care-staff }
`;
const community = `community: { id: c1 }
places: [ { id: b1, kind: building, parent: c1 } ]
devices: [ { id: air-1, kind: environment, place: b1 }, { id: air-2, kind: environment, place: b1 } ]
`;
const head = 'rules: rules.yaml\ncommunity: community.yaml\ntests:\n';

const passing = `${head}  - name: heat for a minute is an alarm
    input:
      - { device: air-1, at: 0s, values: { temperature: 31 } }
    expect:
      - { at: 59s, alarms: [], tasks: 0 }
      - { at: 60s, alarms: [ { rule: hot, key: air-1, state: active } ], tasks: [ { title: Hot, assignee: null } ] }
`;

/** A folder with the rules, the community and these test files; answers what `rules test` says of it. */
async function run(files: Readonly<Record<string, string>>, ...more: readonly string[]) {
  using folder = temporaryDirectory();
  for (const [name, text] of Object.entries({ 'rules.yaml': rules, 'community.yaml': community, ...files }))
    writeFileSync(join(folder.path, name), text);
  const named = more.map((word) => word.replace('FOLDER', folder.path));
  const ran = await gridbell(['rules', 'test', folder.path, ...named]);
  const plain = (text: string) => text.replaceAll(`${folder.path}/`, '').replaceAll(/\(\d+ ms\)/g, '(N ms)');
  const junit = named.includes('--junit') ? readFileSync(join(folder.path, 'junit.xml'), 'utf8') : '';
  return { code: ran.code, out: plain(ran.out), err: ran.err.map(plain), junit: plain(junit) };
}

describe('rules test', () => {
  it('says in one line that a test passed', async () => {
    expect(await run({ 'a.test.yaml': passing })).toEqual({
      code: 0,
      out: 'a.test.yaml\n  ✓ heat for a minute is an alarm (N ms)\n1 passed, 0 failed',
      err: [],
      junit: '',
    });
  });

  it('shows what was expected, what was seen, and why, and exits with 1', async () => {
    const failing = `${head}  - name: two are hot
    input:
      - { device: air-1, at: 0s, values: { temperature: 31, humidity: 900 } }
      - { device: air-2, at: 5s, values: { temperature: 29.5 } }
    expect:
      - at: 60s
        alarms: [ { rule: hot, key: air-1, state: cleared, severity: major }, { rule: hot, key: air-2 } ]
        tasks: [ { title: Hot, assignee: null }, { title: Cold } ]
      - { at: 2m, alarms: [], tasks: 2 }
`;
    const { code, err, out } = await run({ 'a.test.yaml': failing });
    expect({ code, err }).toEqual({ code: 1, err: [] });
    expect(out).toBe(`a.test.yaml
  ✗ two are hot (N ms)
      at 60s (12:01:00)
        alarm differs: hot air-1
                    expected  seen
          state     cleared   active
          severity  major     minor
        alarm missing: hot air-2
        task missing: "Cold"
        no reading: air-1: out-of-range, humidity: above 100 %
        trace of hot for air-1
          at   said            outcome  reason
          0s   temperature=31  waiting  the condition holds; waiting for 'for' to run out
          60s  (time)          raised   the alarm is raised
        trace of hot for air-2
          at  said              outcome  reason
          5s  temperature=29.5  quiet    the condition does not hold
      at 2m (12:02:00)
        alarm not expected: hot air-1: state active, severity minor, started-at 60s, category environment, device air-1, place b1
        tasks: expected 2, seen 1
          task "Hot": state dispatched, severity minor, category environment, place b1
        trace of hot for air-1
          at   said            outcome  reason
          0s   temperature=31  waiting  the condition holds; waiting for 'for' to run out
          60s  (time)          raised   the alarm is raised
0 passed, 1 failed`);
  });

  it('names file, line and column of every mistake, runs the other files, and exits with 2', async () => {
    const broken = `rules: [ rules.yaml, { id: odd, category: fire, severity: minor, property: smoke, when: valeu } ]
community: community.yaml
with: { devices: [ { id: x, kind: door, place: b9 } ] }
tests:
  - name: many mistakes
    inputs: []
    expect: [ { at: 1s, alarms: [] } ]
  - name: more of them
    input:
      - { device: air-1, at: soon, values: { temperature: { from: 1, to: 2 } } }
      - { device: air-1, at: 60s, arrives: 50s, values: { temperature: 1 } }
      - { mode: sleep, target: b1, at: 0s }
      - { when: 5s }
      - { at: 60 }
    expect:
      - { at: 1m, alarms: [ { rule: hot, severty: minor } ], tasks: few }
      - { at: 1m }
`;
    const names = `${head}  - name: unknown names
    input:
      - { device: air1, at: 0s, values: { temperature: 1 } }
      - { mode: away, target: b2, at: 0s }
    expect:
      - { at: 1s, alarms: [ { rule: hut } ], tasks: [ { assignee: c-lin } ] }
`;
    const { code, err, out } = await run({
      'a.test.yaml': broken,
      'b.test.yaml': names,
      'c.test.yaml': passing,
      'd.test.yaml': 'tests: [ { name: x',
      'e.test.yaml': 'rules: none.yaml\ntests: [ { name: x, expect: [ { at: 1s, tasks: 0 } ] } ]',
    });
    expect(code).toBe(2);
    expect(out).toBe(
      'c.test.yaml\n  ✓ heat for a minute is an alarm (N ms)\n1 passed, 0 failed, 19 mistakes in files that did not run',
    );
    expect(err).toEqual([
      expect.stringMatching(/^a\.test\.yaml:1:89: rule odd, when: .*valeu/),
      'a.test.yaml:3:48: with.devices[0].place: there is no place b9',
      "a.test.yaml:6:5: tests[0].inputs: unknown key 'inputs'",
      'a.test.yaml:10:30: tests[1].input[0].at: must be a time such as 90s, 1h30m or 2026-01-01T22:30',
      'a.test.yaml:10:59: tests[1].input[0].values.temperature: must be a number, a boolean or a text',
      'a.test.yaml:11:44: tests[1].input[1].arrives: is before it was measured',
      'a.test.yaml:12:17: tests[1].input[2].mode: must be one of maintenance, drill, away, hospital',
      'a.test.yaml:13:9: tests[1].input[3]: must have one of device, mode, end-mode, task, restart, or at alone',
      'a.test.yaml:14:15: tests[1].input[4].at: must be a time such as 90s, 1h30m or 2026-01-01T22:30',
      "a.test.yaml:16:42: tests[1].expect[0].alarms[0].severty: unknown key 'severty'",
      'a.test.yaml:16:69: tests[1].expect[0].tasks: must be how many tasks there are, or the list of them',
      "a.test.yaml:17:9: tests[1].expect[1]: expects nothing: 'alarms' or 'tasks' is missing",
      'b.test.yaml:6:19: tests[0].input[0].device: there is no device air1; did you mean air-1?',
      'b.test.yaml:7:31: tests[0].input[1].target: there is no place and no resident b2; did you mean b1?',
      'b.test.yaml:9:37: tests[0].expect[0].alarms[0].rule: among the rules of this test is no hut; did you mean hot?',
      'b.test.yaml:9:67: tests[0].expect[0].tasks[0].assignee: there is no person c-lin',
      expect.stringMatching(/^d\.test\.yaml:1:19: YAML: .*}/),
      expect.stringMatching(/^d\.test\.yaml:1:19: YAML: .*]/),
      expect.stringMatching(
        /^e\.test\.yaml:1:8: rules: .*none\.yaml cannot be read: ENOENT.*; check the path$/,
      ),
    ]);
  });

  it('names the place of a mistake in the rule file and the community file that a test uses', async () => {
    const { code, err } = await run({
      'a.test.yaml': passing,
      'b.test.yaml': passing,
      'rules.yaml': rules.replace('value', 'valeu'),
      'community.yaml': community.replace('place: b1', 'place: b7'),
    });
    expect(code).toBe(2);
    expect(err).toEqual([
      'community.yaml:3:51: devices[0].place: there is no place b7',
      expect.stringMatching(/^rules\.yaml:6:11: rule hot, when: .*valeu/),
    ]);
  });

  it('prints JSON', async () => {
    const { code, out } = await run(
      { 'a.test.yaml': passing.replace('tasks: 0', 'tasks: 3'), 'b.test.yaml': 'tests: []' },
      '--json',
    );
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      passed: 0,
      failed: 1,
      coverage: [{ rule: 'hot', fires: 1, staysQuiet: 0, clears: 0 }],
      problems: [expect.objectContaining({ file: 'b.test.yaml', line: 1, path: 'tests' })],
      tests: [
        {
          file: 'a.test.yaml',
          name: 'heat for a minute is an alarm',
          line: 4,
          passed: false,
          ms: expect.any(Number),
          fault: null,
          rules: [{ rule: 'hot', isEvent: false, isQuiet: false, isRaised: true, isCleared: false }],
          failures: [
            expect.objectContaining({ at: '59s', clock: '12:00:59', taskCount: { expected: 3, seen: 0 } }),
          ],
        },
      ],
    });
  });

  it('tells what no test shows of a rule', async () => {
    const { out } = await run({ 'a.test.yaml': passing }, '--coverage');
    expect(out.split('\n').slice(-3)).toEqual([
      'rule  fires  quiet  clears  missing',
      'hot   1      0      0       staying quiet, clearing',
      '1 passed, 0 failed',
    ]);
  });

  it('shows nothing of files that are no YAML, and does not wait for what never ends', async () => {
    const one = (names: string, at = '1s'): string =>
      `${names}\ntests:\n  - name: tried\n    input:\n      - { device: air-1, at: 0s, values: { temperature: 31 } }\n    expect: [ { at: ${at}, alarms: [] } ]\n`;
    using folder = temporaryDirectory();
    writeFileSync(join(folder.path, 'secret.conf'), 'password-of-somebody: 1\n');
    symlinkSync('/dev/zero', join(folder.path, 'endless.yaml'));
    const { code, err, out } = await run({
      'a.test.yaml': one(`rules: rules.yaml\ncommunity: ${join(folder.path, 'secret.conf')}`),
      'b.test.yaml': one(`rules: ${join(folder.path, 'endless.yaml')}\ncommunity: community.yaml`),
      'c.test.yaml': one('rules: rules.yaml\ncommunity: community.yaml', '9999999999h'),
    });
    const said = [out, ...err].join('\n');
    expect(code).toBe(2);
    expect(said).not.toContain('password-of-somebody');
    expect(said).toContain('a.test.yaml:2:12: community: must name a file that ends in .yaml, .yml or .json');
    expect(said).toContain('endless.yaml cannot be read: it is no file; check the path');
    expect(said).toContain('c.test.yaml:7:21: tests[0].expect[0].at: must be a time such as');
  });

  it('says what there is to do when a file is not there, or a folder has no tests', async () => {
    expect(await gridbell(['rules', 'test', 'nowhere.test.yaml'])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('nowhere.test.yaml cannot be read')],
    });
    expect(await gridbell(['rules', 'test', 'docs'])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('docs has no .test.yaml files')],
    });
  });
});

describe('JUnit', () => {
  it('has a suite for each file and a case for each test, with what failed', async () => {
    const failing = passing
      .replace('heat for a minute', 'heat & "cold" <here>')
      .replace('state: active', 'state: cleared');
    const { junit } = await run(
      { 'a.test.yaml': passing, 'b.test.yaml': failing, 'c.test.yaml': 'tests: []' },
      '--junit',
      'FOLDER/junit.xml',
    );
    const lines = junit.replaceAll(/time="[\d.]+"/g, 'time="N"').split('\n');
    expect(lines.slice(0, 7)).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="gridbell rules test" tests="3" failures="1" errors="1" time="N">',
      '  <testsuite name="a.test.yaml" file="a.test.yaml" tests="1" failures="0" errors="0" time="N">',
      '    <testcase name="heat for a minute is an alarm" classname="a.test.yaml" time="N"/>',
      '  </testsuite>',
      '  <testsuite name="b.test.yaml" file="b.test.yaml" tests="1" failures="1" errors="0" time="N">',
      '    <testcase name="heat &amp; &quot;cold&quot; &lt;here&gt; is an alarm" classname="b.test.yaml" time="N"><failure message="not as expected at 60s" type="expectation">at 60s (12:01:00)',
    ]);
    expect(junit).toContain('<error message="c.test.yaml:1:8: tests: must not have fewer than 1 items"');
  });
});

describe('the example of docs/contract.md', () => {
  const [, ...blocks] = readFileSync('docs/contract.md', 'utf8').split('```yaml\n');
  const block = (begin: string): string => {
    const found = blocks.map((text) => text.split('\n```')[0] ?? '').find((text) => text.startsWith(begin));
    if (found === undefined) throw new Error(`no block begins with ${begin}`);
    return `${found}\n`;
  };

  /** The files as they stand to each other in this project; `rules`: of `smoke.yaml`. */
  async function run(rules: string) {
    using folder = temporaryDirectory();
    const at = (path: string): string => join(folder.path, path);
    mkdirSync(at('rules/library'), { recursive: true });
    mkdirSync(at('examples'));
    copyFileSync('examples/demo-community.yaml', at('examples/demo-community.yaml'));
    writeFileSync(at('rules/library/smoke.yaml'), rules);
    writeFileSync(at('rules/library/smoke.test.yaml'), block('rules: smoke.yaml'));
    return await gridbell(['rules', 'test', at('rules/library/smoke.test.yaml')]);
  }
  const passed = {
    code: 0,
    err: [],
    out: expect.stringMatching(/✓ smoke raises one task at once .*\n1 passed, 0 failed$/),
  };

  it('passes as it stands, with the rule of the library', async () => {
    expect(await run(readFileSync('rules/library/smoke.yaml', 'utf8'))).toMatchObject(passed);
  });

  it('passes as it stands, with the rule file above it', async () => {
    expect(await run(block('rules:\n  - id: smoke-alarm'))).toMatchObject(passed);
  });
});
