import { isDeepStrictEqual } from 'node:util';
import { isMap, type Node, parseDocument } from 'yaml';
import { camelKeys } from '#model/casing.ts';
import { mostRuleCharacters } from '#model/rule.ts';
import type { RuleBody } from '#model/rule-version.ts';
import { readYaml } from '#model/yaml.ts';

/**
 * A rule of a file as its author wrote it, comments and layout included, as a text of its own; the comment right above it
 * counts to it. Null: it does not say the same by itself (an alias of elsewhere), or is too long.
 */
export function writtenText(file: string, item: Node, source: unknown): string | null {
  const [start = 0, , end = file.length] = item.range ?? [];
  const lineStart = file.lastIndexOf('\n', start - 1) + 1;
  const indent = start - lineStart;
  const lines = file.slice(start, end).split('\n');
  const [first = '', ...others] = lines;
  const own = [first, ...withoutNext(others, indent).map((line) => dedented(line, indent))];
  const text = [...commentAbove(file, lineStart), ...own].join('\n').trimEnd();
  return asWritten(`${text}\n`, source);
}

/** The text where it says just that rule. */
export function asWritten(text: string, source: unknown): string | null {
  if (text.length > mostRuleCharacters) return null;
  const written = text.endsWith('\n') ? text : `${text}\n`;
  return isDeepStrictEqual(plain(written), source) ? written : null;
}

function plain(text: string): unknown {
  try {
    const yaml = readYaml(text);
    return yaml.faults.length > 0 ? null : camelKeys(yaml.plain());
  } catch {
    return null;
  }
}

/** Comments and blank lines at the end that stand further out are the next rule's, or the file's. */
function withoutNext(lines: readonly string[], indent: number): readonly string[] {
  let length = lines.length;
  while (length > 0 && isBeyond(lines[length - 1] ?? '', indent)) length--;
  return lines.slice(0, length);
}
const isBeyond = (line: string, indent: number): boolean =>
  line.trim() === '' || (isComment(line) && line.length - line.trimStart().length < indent);
const isComment = (line: string): boolean => line.trimStart().startsWith('#');

const dedented = (line: string, indent: number): string =>
  line.slice(0, indent).trim() === '' ? line.slice(indent) : line;

function commentAbove(file: string, lineStart: number): readonly string[] {
  const comment: string[] = [];
  for (let end = lineStart - 1; end > 0; ) {
    const start = file.lastIndexOf('\n', end - 1) + 1;
    const line = file.slice(start, end);
    if (!isComment(line)) break;
    comment.unshift(line.trimStart());
    end = start - 1;
  }
  return comment;
}

const switches = ['enabled', 'shadow'] as const;

/** The text with the switches as they stand: somebody may have turned them beside it. */
export function withSwitches(text: string, rule: RuleBody): string {
  const isMentioned = switches.some((name) => rule[name] !== undefined || text.includes(name));
  if (!isMentioned) return text;
  const document = parseDocument(text);
  if (!isMap(document.contents)) return text;
  const differing = switches.filter((name) => !isDeepStrictEqual(document.get(name), rule[name]));
  if (differing.length === 0) return text;
  for (const name of differing)
    if (rule[name] === undefined) document.delete(name);
    else document.set(name, rule[name]);
  return document.toString({ lineWidth: 0 });
}
