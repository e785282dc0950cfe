import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimReasons } from '#api/onboarding/claim.ts';
import { errorCodes } from '#model/errors.ts';
import { roles } from '#model/role.ts';
import { wordsByPage } from '../../dashboards/console/words-of-pages.ts';

const source = 'dashboards/console/src';
const locales = `${source}/i18n/locales`;

/** `{ 'tasks.title': 'Tasks', … }` of one language. */
function wordsOf(language: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (prefix: string, value: unknown): void => {
    if (typeof value === 'string') found.set(prefix, value);
    else for (const [key, inner] of Object.entries(value as object)) walk(`${prefix}.${key}`, inner);
  };
  for (const file of readdirSync(join(locales, language)))
    walk(file.replace('.json', ''), JSON.parse(readFileSync(join(locales, language, file), 'utf8')));
  return found;
}

const zh = wordsOf('zh');
const en = wordsOf('en');
/** Once each: English says them in singular and plural. */
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(vue|ts)$/.test(file),
);
/** Where each key, or each beginning of one that is put together (`nav.${…}`), stands. */
const uses = files.flatMap((file) =>
  [...readFileSync(join(source, file), 'utf8').matchAll(/\bt\(\s*(['`])([a-z][\w.-]*)(\$\{|\1)/g)].map(
    ([, , key = '', end]) => ({ file, key, isWhole: end !== '${' }),
  ),
);

describe('the words of the console', () => {
  it('are the same in both languages, and say the same things', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
    for (const [key, text] of zh) expect(placeholders(text), key).toEqual(placeholders(en.get(key) ?? ''));
  });

  it('are all there: none is empty, none is left in the other language', () => {
    for (const [key, text] of [...zh, ...en]) expect(text.trim(), key).not.toBe('');
    const chinese = /\p{Script=Han}/u;
    const left = [...en].filter(([key, text]) => chinese.test(text) && key !== 'common.language-zh');
    expect(left).toEqual([]);
  });

  it('have every key that a page asks for', () => {
    expect(uses.length).toBeGreaterThan(40);
    const missing = uses.filter(({ key, isWhole }) =>
      isWhole ? !en.has(key) : ![...en.keys()].some((known) => known.startsWith(key)),
    );
    expect(missing).toEqual([]);
  });

  it('come with the page that says them, or with the frame', () => {
    const { first, pages } = wordsByPage();
    const lists = [...new Set([...en.keys()].map((key) => key.split('.')[0] ?? ''))];
    expect(lists.filter((list) => ![first, ...pages.values()].some((of) => of.includes(list)))).toEqual([]);
    // What a page imports through others, and what comes later on it, is its own, too.
    expect(pages.get('mapping')).toContain('quarantine');
    expect(pages.get('explorer')).toContain('series');
    expect(pages.get('sign-in')).toContain('sign-in');
    expect(pages.get('sign-in')).not.toContain('storage');
    expect(first).toContain('nav');
    expect(first).not.toContain('storage');
  });

  it('have no key that nobody asks for', () => {
    const text = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
    const lists = [...text.matchAll(/\bword\(\s*['`]([\w.-]+)/g)].map(([, list = '']) => `${list}.`);
    const composed = [...text.matchAll(/`([a-z][\w-]*\.[\w.-]*)\$\{/g)].map(([, start = '']) => start);
    const starts = [...lists, ...composed];
    const named = (key: string) => text.includes(`'${key}'`) || text.includes(`\`${key}\``);
    const idle = [...en.keys()].filter(
      (key) => !named(key) && !starts.some((start) => key.startsWith(start)),
    );
    expect(idle).toEqual([]);
  });

  it('have a name for every role and a sentence for every error and for every reason against a claim', () => {
    expect(roles.filter((role) => !zh.has(`roles.${role}`))).toEqual([]);
    expect(Object.keys(errorCodes).filter((code) => !zh.has(`problems.${code}`))).toEqual([]);
    expect(claimReasons.filter((reason) => !zh.has(`claim-reasons.${reason}`))).toEqual([]);
  });
});
