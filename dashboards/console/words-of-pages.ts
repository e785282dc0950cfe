import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const source = join(import.meta.dirname, 'src');
const locales = join(source, 'i18n/locales');
const languages = ['zh', 'en'] as const;
type Language = (typeof languages)[number];

/** A list of words (`locales/zh/NAME.json`) is named by what stands in code: `'tasks.title'`, `` `reasons.${…}` ``, `word('values', …)`. */
const lists = readdirSync(join(locales, 'zh')).map((file) => file.replace('.json', ''));
const naming = new RegExp(
  `['"\`](${lists.join('|')})\\.|\\bword\\(\\s*['"\`](${lists.join('|')})['"\`]`,
  'g',
);

interface Part {
  readonly lists: readonly string[];
  readonly imported: readonly string[];
  /** Comes when it is wanted: a page, or a part of one. */
  readonly later: readonly string[];
}
const partsIn = (file: string): Part => {
  const text = readFileSync(file, 'utf8');
  const here = (pattern: RegExp): string[] =>
    [...text.matchAll(pattern)]
      .map(([, path = '']) => join(dirname(file), path))
      .filter((path) => /\.(?:ts|vue)$/.test(path) && existsSync(path));
  return {
    lists: [...text.matchAll(naming)].map(([, key, list]) => key ?? list ?? ''),
    imported: here(/\b(?:import|from)\s+'(\.[^']+)'/g),
    later: here(/\bimport\('(\.[^']+)'\)/g),
  };
};

/** What is said by a file and by all that it imports. */
function listsFrom(
  file: string,
  { isLaterToo, parts }: { readonly isLaterToo: boolean; readonly parts: Map<string, Part> },
): ReadonlySet<string> {
  const seen = new Set<string>();
  const said = new Set<string>();
  const follow = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const part = parts.get(path) ?? partsIn(path);
    parts.set(path, part);
    for (const list of part.lists) said.add(list);
    part.imported.forEach(follow);
    if (isLaterToo) part.later.forEach(follow);
  };
  follow(file);
  return said;
}

/** Lists of words by page, and those that come before any. */
export function wordsByPage(): {
  readonly first: readonly string[];
  readonly pages: ReadonlyMap<string, readonly string[]>;
} {
  const parts = new Map<string, Part>();
  const routes = ['pages/pages.ts', 'router/router.ts'].flatMap((file) => partsIn(join(source, file)).later);
  const said = new Map(
    routes.map((file) => {
      const name = /([\w-]+)-page\.vue$/.exec(file)?.[1];
      if (name === undefined) throw new Error(`${file}: a page is called NAME-page.vue, as its route`);
      return [name, listsFrom(file, { isLaterToo: true, parts })];
    }),
  );
  const frame = listsFrom(join(source, 'main.ts'), { isLaterToo: false, parts });
  // What most pages say is not fetched with each.
  const isCommon = (list: string): boolean =>
    [...said.values()].filter((of) => of.has(list)).length > said.size / 2;
  const first = lists.filter((list) => frame.has(list) || isCommon(list));
  return {
    first,
    pages: new Map(
      [...said].map(([name, of]) => [name, lists.filter((list) => of.has(list) && !first.includes(list))]),
    ),
  };
}

const prefix = 'virtual:words';
/** Beside this file as it were, so that what is built is called `words-zh-tasks-….js`. */
const resolved = join(import.meta.dirname, 'words');

/** The words of the frame, and those of each page beside it: a visit loads what it says, in one language (decision 234). */
export function wordsOfPages(): Plugin {
  let known: ReturnType<typeof wordsByPage> | undefined;
  const byPage = (): ReturnType<typeof wordsByPage> => {
    known ??= wordsByPage();
    return known;
  };
  const afresh = (): void => {
    known = undefined;
  };
  const index = (): string => {
    const parts = ['first', ...byPage().pages.keys()];
    const loadersOf = (language: Language): string =>
      parts.map((part) => `'${part}': () => import('${prefix}-${language}-${part}')`).join(', ');
    return `export const words = { ${languages.map((language) => `${language}: { ${loadersOf(language)} }`).join(', ')} };`;
  };
  return {
    name: 'words-of-pages',
    buildStart: afresh,
    watchChange: afresh,
    resolveId: (id) => (id.startsWith(prefix) ? id.replace(prefix, resolved) : null),
    load(id) {
      if (id === resolved) return index();
      const [, language, part = ''] = /^-(zh|en)-(.+)$/.exec(id.slice(resolved.length)) ?? [];
      if (!id.startsWith(resolved) || language === undefined) return null;
      const { first, pages } = byPage();
      const said = (part === 'first' ? first : (pages.get(part) ?? [])).map((list) => {
        const file = join(locales, language, `${list}.json`);
        this.addWatchFile(file);
        return `'${list}': ${readFileSync(file, 'utf8')}`;
      });
      return `export default { ${said.join(',')} };`;
    },
  };
}
