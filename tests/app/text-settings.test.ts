import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { textsOf } from '#app/notify/text-settings.ts';
import { noticeKinds } from '#model/notice.ts';
import { builtInTexts, fieldsIn, type Texts } from '#notify/templates.ts';
import { fieldsOf, type Occasion, wordingOf } from '#notify/wording.ts';
import { StandWorld } from '#tests/notify/support/stand.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const world = new StandWorld();
const occasion = (changes: Partial<Occasion> = {}): Occasion => ({
  kind: 'assigned',
  severity: 'critical',
  lifeSafety: true,
  task: {
    id: 't-1',
    title: { zh: '水泵停了', en: 'The pump stopped' },
    place: 'b3',
    category: 'fire',
    state: 'dispatched',
    createdAt: Date.parse('2026-03-04T04:00:00Z'),
    acceptBy: null,
    handleBy: null,
  } as never,
  bulletin: undefined,
  others: 0,
  link: null,
  ...changes,
});
const said = (texts: Texts, changes: Partial<Occasion> = {}, contentFree = false) =>
  wordingOf(occasion(changes), contentFree, { world, texts });

describe('the words of an installation', () => {
  it('stand in the place of the built-in ones, part by part; all others stay', () => {
    const texts = textsOf('assigned: { zh: { title: "{{ placeName }}有情况" } }');
    expect(said(texts).zh).toEqual({ ...said(builtInTexts).zh, title: '地点 b3有情况' });
    expect(said(texts).en).toEqual(said(builtInTexts).en);
    expect(said(texts, { kind: 'urged' })).toEqual(said(builtInTexts, { kind: 'urged' }));
    expect(textsOf('{}')).toEqual(builtInTexts);
  });

  it('are used by channels that may tell nothing, too, and tell nothing there', () => {
    const texts = textsOf('content-free: { en: { title: "{{ severityName }}: open the app" } }');
    expect(said(texts, {}, true).en.title).toBe('Critical: open the app');
    const tooMuch = { zh: { title: '{{ placeName }}!', body: '' }, en: { title: '{{ title }}!', body: '' } };
    const careless = { ...builtInTexts, 'family-called': tooMuch, 'content-free': tooMuch };
    expect(said(careless, { kind: 'family-called' }).zh.title).toBe('!');
    expect(said(careless, {}, true).en.title).toBe('!');
  });

  it.each([
    ['assignd: {}', /assignd: there is no such kind; there are assigned, told/],
    ['assigned: { fr: { title: x } }', /assigned: fr is not known: there are zh and en/],
    ['assigned: { zh: { titel: x } }', /assigned: zh titel is not known/],
    ['assigned: { zh: { title: "" } }', /assigned: zh title/],
    [
      'assigned: { zh: { title: "{{ placename }}" } }',
      /zh title: there is no field placename in it; there are .*placeName/,
    ],
    ['assigned: { zh: { body: "{{ placeName" } }', /zh body: .*not closed/],
    ['assigned: { zh: { body: "{{ placeName | shout }}" } }', /zh body: .*shout/],
    ['assigned: { zh: { body: "{% for i in (1..100000000) %}x{% endfor %}" } }', /zh body: /],
    ['bulletin: { zh: { title: "{{ placeName }}" } }', /there is no field placeName/],
    // A family's phone shows it on the lock screen; a group robot has many readers.
    ['family-called: { zh: { body: "{{ placeName }}" } }', /there is no field placeName/],
    ['content-free: { zh: { body: "{{ title }}" } }', /there is no field title/],
  ])('are refused when they cannot be right: %s', (written, because) => {
    expect(() => textsOf(written)).toThrow(because);
  });

  it('name every mistake at once', () => {
    expect(() => textsOf('{ told: { zh: { title: "{{ x }}" } }, nobody: {} }')).toThrow(/told: .*nobody: /);
  });

  it('that fail at what a task says, or come to nothing, are the built-in ones', () => {
    const texts = textsOf(
      `assigned:
         zh: { title: "{% for i in (1..others) %}{% for j in (1..others) %}{{ j }}{% endfor %}{% endfor %}", body: "{% if state == 'closed' %}closed{% endif %}" }`,
    );
    const many = { others: 1_000_000 };
    expect(said(texts, many).zh).toEqual(said(builtInTexts, many).zh);
    expect(said(texts, { others: 2 }).zh.title).toBe('1212');
  });

  it('are read from gridbell.yaml as the guide has it', () => {
    const guide = readFileSync('docs/notifications.md', 'utf8');
    const example = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);
    const written = example.find((yaml) => yaml.includes('texts:')) ?? '';
    using directory = temporaryDirectory();
    const file = join(directory.path, 'gridbell.yaml');
    writeFileSync(file, written);
    const texts = textsOf(loadConfig({ file, env: {} }).notify.texts);
    expect(said(texts).zh.body).toBe('，值班电话 5555 0000');
    expect(texts['family-called'].zh.title).toBe(builtInTexts['family-called'].zh.title);
  });

  it('may name just the fields that there are', () => {
    for (const kind of noticeKinds) {
      const isOfTask = kind !== 'bulletin' && kind !== 'test';
      const fields = fieldsOf(occasion({ kind, ...(isOfTask ? {} : { task: undefined }) }), 'zh', world);
      const missing = fieldsIn(kind).filter((field) => !(field in fields));
      expect(missing, kind).toEqual([]);
    }
  });
});
