import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigurationCache } from '#api/configuration-cache.ts';
import { planLibrary } from '#app/library-rules.ts';
import { carryOut, ruleChanges } from '#app/rule-changes.ts';
import { type FilePlan, planRuleFiles } from '#app/rule-files/plan.ts';
import { parsed, type RuleFileContent, readRulesDirectory } from '#app/rule-files/rule-file.ts';
import { epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import {
  libraryActor,
  type RuleBody,
  type RuleOrigin,
  type RuleVersion,
  trialReason,
} from '#model/rule-version.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const warm = { category: 'comfort', severity: 'minor', property: 'temperature', when: 'value > 30' };
const hot = { ...warm, when: 'value > 35' };
const ruleOf = (id: string, body: RuleBody): RuleBody => ({ id, ...body });

/** What the store knows, version after version. */
class Shelf {
  readonly versions: RuleVersion[] = [];

  /** As the source put it, or as somebody else changed it. */
  add(rule: string, origin: RuleOrigin, body: RuleBody | null, actor: string = origin, reason = ''): this {
    const version = this.versions.filter((entry) => entry.rule === rule).length + 1;
    const source = body && ruleOf(rule, body);
    this.versions.push({ rule, version, at: epochMs(0), actor, origin, reason, source });
    return this;
  }
  last = (rule: string) => this.versions.findLast((entry) => entry.rule === rule);
  earlier = ({ rule, version }: RuleVersion) =>
    this.versions.filter((entry) => entry.rule === rule && entry.version < version).toReversed();
  get standing() {
    return this.versions.filter((entry) => entry.source !== null && entry === this.last(entry.rule));
  }
  get bases() {
    const own = this.versions.filter(({ actor, origin }) => actor === origin);
    return own.filter(
      (entry) => entry === own.findLast(({ origin, rule }) => origin === entry.origin && rule === entry.rule),
    );
  }
}

const file = (name: string, rules: Readonly<Record<string, RuleBody>> | string): RuleFileContent => {
  const text =
    typeof rules === 'string'
      ? rules
      : JSON.stringify({ rules: Object.entries(rules).map(([id, body]) => ruleOf(id, body)) });
  const content = parsed(name, text);
  // How it is written is not told here: tests/api/rule-texts.test.ts.
  return { hash: '', ...content, rules: content.rules.map((rule) => ({ ...rule, text: null })) };
};
const plan = (
  shelf: Shelf,
  files: readonly RuleFileContent[],
  { gone = [], library = {} }: { gone?: readonly string[]; library?: Record<string, RuleBody> } = {},
): FilePlan =>
  planRuleFiles({
    files,
    gone: new Set(gone),
    standing: shelf.standing,
    last: shelf.last,
    bases: shelf.bases,
    earlier: shelf.earlier,
    library: new Map(Object.entries(library).map(([id, body]) => [id, ruleOf(id, body)])),
  });
/** `by op id`, with what is put. */
const story = ({ changes }: Pick<FilePlan, 'changes'>): readonly unknown[] =>
  changes.flatMap(({ actor, changes: each, versions }) =>
    each.map((change) => {
      const what = `${actor.id} ${change.op} ${change.id} from ${versions[`rule ${change.id}`]}`;
      return change.op === 'put' ? [what, change.body] : [what];
    }),
  );

describe('rule files', () => {
  it('put what is new or different, and nothing else', () => {
    const shelf = new Shelf().add('a', 'file:x.yaml', warm).add('b', 'file:x.yaml', warm);
    expect(story(plan(shelf, [file('x.yaml', { a: warm, b: hot, c: warm })]))).toEqual([
      ['file:x.yaml put b from 1', ruleOf('b', hot)],
      ['file:x.yaml put c from 0', ruleOf('c', warm)],
    ]);
  });

  it('put no more rules than an installation takes, and say so of the rest', () => {
    const shelf = new Shelf().add('a', 'file:x.yaml', warm);
    for (let n = 0; n < 1_998; n++) shelf.add(`r${n}`, 'api', warm, 'admin');
    const full = plan(shelf, [file('x.yaml', { b: warm, c: warm, a: hot })]);
    expect(story(full)).toEqual([
      ['file:x.yaml put b from 0', ruleOf('b', warm)],
      ['file:x.yaml put a from 1', ruleOf('a', hot)],
    ]);
    expect(full.problems.get('x.yaml')).toMatchObject([
      { rule: 'c', message: expect.stringMatching(/at most 2000/) },
    ]);
  });

  it('win over the library, and over who edited a rule', () => {
    const shelf = new Shelf().add('a', 'library', warm).add('b', 'api', hot, 'admin');
    expect(story(plan(shelf, [file('x.yaml', { a: hot, b: hot })]))).toEqual([
      ['file:x.yaml put a from 1', ruleOf('a', hot)],
      ['file:x.yaml put b from 1', ruleOf('b', hot)],
    ]);
  });

  it('delete what is in them no longer, only of their own; the library’s comes back', () => {
    const shelf = new Shelf()
      .add('a', 'file:x.yaml', warm)
      .add('b', 'file:x.yaml', warm)
      .add('c', 'api', warm, 'admin')
      .add('d', 'library', warm);
    expect(story(plan(shelf, [file('x.yaml', 'rules: []')], { library: { b: hot } }))).toEqual([
      ['file:x.yaml delete a from 1'],
      ['library put b from 1', ruleOf('b', hot)],
    ]);
  });

  it('that are away keep their rules until they are gone for good', () => {
    const shelf = new Shelf().add('a', 'file:x.yaml', warm);
    expect(story(plan(shelf, []))).toEqual([]);
    expect(story(plan(shelf, [], { gone: ['x.yaml'] }))).toEqual([['file:x.yaml delete a from 1']]);
  });

  it.each([
    ['rules: [ {', { line: 1 }],
    ['', { line: 1 }],
    ['rules:\n  - { category: fire }', { line: 2, path: 'id' }],
    ['rules:\n  - { id: c, id: c }', { line: 2 }],
    ['hello: 1\nrules: []', { line: 1, path: 'hello' }],
  ])('%j leaves the rules of the file as they are', (text, problem) => {
    const shelf = new Shelf().add('a', 'file:x.yaml', warm);
    const made = plan(shelf, [file('x.yaml', text)]);
    expect(story(made)).toEqual([]);
    expect(made.problems.get('x.yaml')?.[0]).toMatchObject({ ...problem, file: 'x.yaml' });
  });

  it('with a broken rule take the others over, keep a new one to be seen, and replace none that works', () => {
    const broken = { ...warm, when: 'valeu > 3' };
    const shelf = new Shelf()
      .add('a', 'file:x.yaml', warm)
      .add('b', 'file:x.yaml', { ...warm, when: 'vlaue' });
    const made = plan(shelf, [file('x.yaml', { a: broken, b: broken, c: broken, d: warm })]);
    expect(story(made).map((entry) => (entry as string[])[0])).toEqual([
      'file:x.yaml put b from 1',
      'file:x.yaml put c from 0',
      'file:x.yaml put d from 0',
    ]);
    expect(made.problems.get('x.yaml')?.map(({ rule }) => rule)).toEqual(['a', 'b', 'c']);
  });

  it('with the same rule: the one counts that has it, else the first by name; the other is told', () => {
    const both = [file('x.yaml', { a: warm }), file('y.yaml', { a: hot })];
    const made = plan(new Shelf(), both);
    expect(story(made)).toEqual([['file:x.yaml put a from 0', ruleOf('a', warm)]]);
    expect([...made.problems]).toEqual([
      ['y.yaml', [expect.objectContaining({ rule: 'a', message: expect.stringMatching(/x\.yaml/) })]],
    ]);
    expect(story(plan(new Shelf().add('a', 'file:y.yaml', hot), both))).toEqual([]);
    // One that cannot be read may have it all the same.
    const unsure = [file('w.yaml', { a: warm }), file('y.yaml', 'rules: [')];
    expect(story(plan(new Shelf().add('a', 'file:y.yaml', hot), unsure))).toEqual([]);
    const moved = [file('x.yaml', { a: hot }), file('y.yaml', 'rules: []')];
    expect(story(plan(new Shelf().add('a', 'file:y.yaml', hot), moved))).toEqual([
      ['file:x.yaml put a from 1', ruleOf('a', hot)],
    ]);
  });

  it('leave a switch as somebody set it, until they turn that switch themselves', () => {
    const off = { ...warm, enabled: false };
    const shelf = new Shelf().add('a', 'file:x.yaml', warm).add('a', 'file:x.yaml', off, 'admin');
    expect(story(plan(shelf, [file('x.yaml', { a: warm })]))).toEqual([]);
    expect(story(plan(shelf, [file('x.yaml', { a: hot })]))).toEqual([
      ['file:x.yaml put a from 2', ruleOf('a', { ...hot, enabled: false })],
    ]);
    expect(story(plan(shelf, [file('x.yaml', { a: { ...hot, enabled: true } })]))).toEqual([
      ['file:x.yaml put a from 2', ruleOf('a', { ...hot, enabled: true })],
    ]);
    // The look after the one that took the edit over.
    shelf.add('a', 'file:x.yaml', { ...hot, enabled: false });
    expect(story(plan(shelf, [file('x.yaml', { a: hot })]))).toEqual([]);
  });
});

describe('the library of another version of Gridbell', () => {
  const upgrade = (
    shelf: Shelf,
    library: Readonly<Record<string, RuleBody>>,
    { isFirstStart = false, newRules = 'shadow' as 'shadow' | 'active' } = {},
  ) =>
    story({
      changes: planLibrary({
        library: Object.entries(library).map(([id, body]) => ({ id, source: ruleOf(id, body) })),
        last: shelf.last,
        standing: shelf.standing,
        bases: shelf.bases,
        earlier: shelf.earlier,
        newRules,
        isFirstStart,
      }),
    });

  it('is put whole where nothing was ever set up', () => {
    expect(upgrade(new Shelf(), { a: warm }, { isFirstStart: true })).toEqual([
      ['library put a from 0', ruleOf('a', warm)],
    ]);
    expect(upgrade(new Shelf(), { a: warm })).toEqual([]);
  });

  it('is followed by the rules that nobody edited; their switches stay', () => {
    const shelf = new Shelf()
      .add('a', 'library', warm)
      .add('b', 'library', warm)
      .add('b', 'library', { ...warm, shadow: true }, 'admin')
      .add('c', 'library', warm)
      .add('c', 'api', hot, 'admin')
      .add('d', 'library', warm)
      .add('d', 'api', null, 'admin')
      .add('e', 'file:x.yaml', warm);
    const next = { ...warm, severity: 'major' };
    expect(upgrade(shelf, { a: next, b: next, c: next, d: next, e: next })).toEqual([
      ['library put a from 1', ruleOf('a', next)],
      ['library put b from 2', ruleOf('b', { ...next, shadow: true })],
    ]);
    expect(upgrade(shelf, { a: warm, b: warm, c: warm, d: warm, e: warm })).toEqual([]);
  });

  it('leaves a switch that somebody turned, at the next start and with the next version, too', () => {
    const next = { ...warm, severity: 'major' };
    const shelf = new Shelf()
      .add('b', 'library', warm)
      .add('b', 'library', { ...warm, enabled: false }, 'admin')
      .add('b', 'library', { ...next, enabled: false });
    expect(upgrade(shelf, { b: next })).toEqual([]);
    expect(upgrade(shelf, { b: hot })).toEqual([
      ['library put b from 3', ruleOf('b', { ...hot, enabled: false })],
    ]);
  });

  it('brings its new rules, and takes those along that it has no longer', () => {
    const shelf = new Shelf().add('a', 'library', warm).add('b', 'library', warm);
    expect(upgrade(shelf, { a: warm, c: hot })).toEqual([
      ['library delete b from 1'],
      ['library put c from 0', ruleOf('c', { ...hot, shadow: true })],
    ]);
    expect(upgrade(shelf, { a: warm, b: warm, c: hot }, { newRules: 'active' })).toEqual([
      ['library put c from 0', ruleOf('c', hot)],
    ]);
  });

  it('brings rules of life safety at once, the others on trial until somebody switches them', () => {
    const smoke = { category: 'fire', severity: 'critical', property: 'smoke', when: 'value == true' };
    const shelf = new Shelf().add('a', 'library', warm);
    expect(upgrade(shelf, { a: warm, s: smoke })).toEqual([['library put s from 0', ruleOf('s', smoke)]]);
    shelf.add('c', 'library', { ...hot, shadow: true }, 'library', trialReason);
    expect(upgrade(shelf, { a: warm, c: hot })).toEqual([]);
    const next = { ...hot, severity: 'major' };
    expect(upgrade(shelf, { a: warm, c: next })).toEqual([
      ['library put c from 1', ruleOf('c', { ...next, shadow: true })],
    ]);
    shelf.add('c', 'library', { ...next, shadow: true });
    expect(upgrade(shelf, { a: warm, c: next })).toEqual([]);
    shelf.add('c', 'library', { ...next, shadow: false }, 'admin');
    expect(upgrade(shelf, { a: warm, c: hot })).toEqual([
      ['library put c from 3', ruleOf('c', { ...hot, shadow: false })],
    ]);
  });

  it('turns a switch that it turns itself', () => {
    const shelf = new Shelf().add('a', 'library', { ...warm, shadow: true });
    expect(upgrade(shelf, { a: warm })).toEqual([['library put a from 1', ruleOf('a', warm)]]);
    shelf.add('a', 'library', { ...hot, shadow: true }).add('b', 'library', warm);
    expect(upgrade(shelf, { a: hot, b: { ...warm, enabled: false } })).toEqual([
      ['library put a from 2', ruleOf('a', hot)],
      ['library put b from 1', ruleOf('b', { ...warm, enabled: false })],
    ]);
  });
});

describe('a plan that is carried out', () => {
  const noCache = { invalidate: () => {} } as ConfigurationCache;
  const batch = ruleChanges(libraryActor, 'a test', [{ id: 'a', body: warm, seen: undefined }]);

  it('is made anew when somebody was faster: a command of before a crash was in the inbox yet', async () => {
    const executed: unknown[] = [];
    const execute = async (_actor: unknown, command: unknown) => {
      executed.push(command);
      if (executed.length < 3) throw new GridbellError('stale-version', 'it was changed meanwhile');
    };
    const plans = [[batch], [batch, batch], [batch], []];
    const done = await carryOut({ execute, configuration: noCache }, () => plans.shift() ?? []);
    expect(done).toEqual([batch]);
    expect(executed[0]).toMatchObject({ expect: 'any', versions: { 'rule a': 0 }, changes: [{ op: 'put' }] });
    expect(plans).toEqual([[]]);
  });

  it.each([
    ['stale-version', 5],
    ['not-ready', 1],
  ] as const)('that fails with %s is tried %i times', async (code, times) => {
    let tries = 0;
    const execute = () => {
      tries++;
      return Promise.reject(new GridbellError(code, 'no'));
    };
    const carried = carryOut({ execute, configuration: noCache }, () => [batch]);
    await expect(carried).rejects.toMatchObject({ code });
    expect(tries).toBe(times);
  });
});

describe('the rules directory as it is read', () => {
  it('has the *.yaml that are files, in order; what cannot be read is said', () => {
    using directory = temporaryDirectory();
    const at = (name: string) => join(directory.path, name);
    for (const name of ['b.yaml', 'a.yaml', 'a.test.yaml', '.c.yaml', 'd.yml'])
      writeFileSync(at(name), 'rules: []');
    mkdirSync(at('e.yaml'));
    writeFileSync(at('f.yaml'), `rules: []${' '.repeat(1_000_000)}`);
    symlinkSync(at('nowhere'), at('g.yaml'));
    const { files } = readRulesDirectory(directory.path, new Map());
    expect(files.map(({ isWhole, name }) => [name, isWhole])).toEqual([
      ['a.yaml', true],
      ['b.yaml', true],
      ['e.yaml', false],
      ['f.yaml', false],
      ['g.yaml', false],
    ]);
    expect(files.slice(2).map(({ problems }) => problems[0]?.message)).toEqual([
      'is no file',
      expect.stringMatching(/larger/),
      expect.stringMatching(/cannot be read/),
    ]);
    const again = readRulesDirectory(directory.path, new Map(files.map((each) => [each.name, each])));
    expect(again.files[0]).toBe(files[0]);
  });
});
