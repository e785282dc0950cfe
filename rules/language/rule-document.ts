import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  type YAMLSeq,
} from 'yaml';
import { camelKeys } from '#model/casing.ts';
import { messageOf } from '#model/errors.ts';
import type { RuleProblem } from '#model/rule.ts';
import { readYaml, type Spot, type YamlText } from '#model/yaml.ts';
import { offsetInFile } from '#rules/language/offset.ts';
import { asWritten, writtenText } from '#rules/language/written-text.ts';

/**
 * Finds where a part of a rule stands. `path` has the camelCase keys and indexes down to it; the nearest part that
 * exists counts. `at`: the key, the value, or so many characters into the value. Null when the rule is not from a file.
 */
export type Locate = (path: readonly string[], at: 'key' | 'value' | number) => Spot | null;

/** One rule of a file, and where its parts stand. */
export interface RuleEntry {
  /** With camelCase keys, unchecked. */
  readonly source: unknown;
  readonly locate: Locate;
  /** As its author wrote it, with comments; null where it does not stand by itself. Absent: it is not from a text. */
  readonly text?: () => string | null;
}

export interface RuleDocument {
  readonly entries: readonly RuleEntry[];
  readonly problems: readonly RuleProblem[];
}

/** Empty: it is a list or a map, which is no name; written as a text it would double with each level. */
const camelKey = (key: unknown): string => {
  if (isCollection(key)) return '';
  const [name = ''] = Object.keys(camelKeys({ [String(isScalar(key) ? key.value : key)]: null }) as object);
  return name;
};

interface Found {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function child(node: Node, name: string): Found | undefined {
  if (isMap<Node, Node>(node)) {
    const pair = node.items.find((item) => camelKey(item.key) === name);
    return pair && { key: pair.key, value: pair.value ?? undefined };
  }
  if (isSeq<Node>(node)) {
    const value = node.items[Number(name)];
    return value && { key: value, value };
  }
  return undefined;
}

/**
 * The rules of a YAML file with the places of their parts. A YAML error outside of a rule leaves no rule standing.
 * `mayBeOneRule`: a map without `rules` is taken for a rule.
 */
export function readRuleDocument(text: string, { mayBeOneRule = false } = {}): RuleDocument {
  const yaml = readYaml(text);
  const { document, faults, spotOf } = yaml;
  const problem = (offset: number, message: string, path = ''): RuleProblem => ({
    rule: null,
    path,
    ...spotOf(offset),
    message,
  });
  const one = mayBeOneRule ? oneRule(document) : undefined;
  const list = one ? [one] : ruleList(document)?.items;
  const problems = faults.map(({ message, offset }) => problem(offset, yamlMessage(message)));
  if (!faults.every(({ isLocal }) => isLocal)) return { entries: [], problems };
  if (!list) {
    const start = document.contents?.range?.[0] ?? 0;
    return { entries: [], problems: [...problems, problem(start, 'a rule file is a list under `rules:`')] };
  }
  const entries = list
    .filter((item) => !faults.some(({ offset }) => isInside(item, offset)))
    .flatMap((item) => {
      const source = plainOf(item, yaml);
      if ('value' in source) {
        const { value } = source;
        const written = (): string | null => (one ? asWritten(text, value) : writtenText(text, item, value));
        return { source: value, locate: makeLocate(text, item, spotOf), text: written };
      }
      problems.push(problem(item.range[0], yamlMessage(source.why)));
      return [];
    });
  return { entries, problems: [...problems, ...(one ? [] : strangers(document, problem))] };
}

/** An alias that leads nowhere, or unfolds without end, is found only here. */
function plainOf(item: ParsedNode, yaml: YamlText): { value: unknown } | { why: string } {
  try {
    return { value: camelKeys(yaml.plain(item)) };
  } catch (error) {
    return { why: messageOf(error) };
  }
}

const yamlMessage = (message: string): string => `YAML: ${message}`;

function ruleList(document: Document.Parsed): YAMLSeq<ParsedNode> | undefined {
  const rules = isMap<ParsedNode, ParsedNode>(document.contents) ? document.get('rules', true) : undefined;
  return isSeq<ParsedNode>(rules) ? rules : undefined;
}

const oneRule = ({ contents }: Document.Parsed): ParsedNode | undefined =>
  isMap<ParsedNode, ParsedNode>(contents) && !child(contents, 'rules') ? contents : undefined;

function strangers(
  document: Document.Parsed,
  problem: (offset: number, message: string, path: string) => RuleProblem,
): RuleProblem[] {
  if (!isMap<Node, Node>(document.contents)) return [];
  return document.contents.items
    .filter((item) => camelKey(item.key) !== 'rules')
    .map((item) =>
      problem(item.key.range?.[0] ?? 0, `unknown key '${camelKey(item.key)}'`, camelKey(item.key)),
    );
}

const isInside = (node: Node, offset: number): boolean => {
  const [start = 0, , end = 0] = node.range ?? [];
  return offset >= start && offset < end;
};

function makeLocate(file: string, root: Node, spotOf: (offset: number) => Spot): Locate {
  return (path, at) => {
    let found: Found = { key: root, value: root };
    for (const name of path) {
      const next = found.value && child(found.value, name);
      if (!next) return spotOf(found.value?.range?.[0] ?? 0);
      found = next;
    }
    const node = at === 'key' ? found.key : (found.value ?? found.key);
    const start = node?.range?.[0] ?? 0;
    return spotOf(typeof at === 'number' && isScalar(node) ? offsetInFile(file, node, at) : start);
  };
}
