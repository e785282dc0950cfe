import { Compile } from 'typebox/compile';
import { isMap, isNode, isSeq, type Node } from 'yaml';
import { yamlText } from '#api/community-file/yaml-text.ts';
import { type Issue, issuesOf } from '#api/validation.ts';
import { compileMapping } from '#ingest/mapping/compile.ts';
import { camelKeys } from '#model/casing.ts';
import { messageOf } from '#model/errors.ts';
import { Mapping } from '#model/mapping.ts';
import { readYaml, type Spot, type YamlText } from '#model/yaml.ts';

/** What is wrong with a text of mappings, and where; line and column from 1, null where there is no text. */
export interface MappingProblem extends Issue {
  /** The id of the mapping; null: it has none, or it is about the text as a whole. */
  readonly mapping: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** What may be meant so. */
  readonly isRemark: boolean;
}

export interface MappingEntry {
  /** Of the right shape; undefined: it is not. */
  readonly mapping: Mapping | undefined;
  /** In order of the text. */
  readonly problems: readonly MappingProblem[];
}

const check = Compile(Mapping);
const inOneLine: ReadonlySet<string> = new Set(['values', 'time', 'when', 'online', 'past']);

/** A mapping as people write it. */
export const mappingText = (mapping: Mapping): string => yamlText(mapping, inOneLine);

/** The mappings of a text (YAML or JSON): one by itself, or the list `mappings` of a community file. */
export function readMappingText(text: string): readonly MappingEntry[] {
  const yaml = readYaml(text);
  if (yaml.faults.length > 0) {
    const problems = yaml.faults.map(({ message, offset }) =>
      problemOf({ path: '', message: `YAML: ${message}` }, null, yaml.spotOf(offset)),
    );
    return [{ mapping: undefined, problems }];
  }
  const { contents } = yaml.document;
  const list: unknown = isMap(contents) ? contents.get('mappings', true) : undefined;
  if (list !== undefined && !isSeq(list))
    return [wrong('mappings is a list', isNode(list) ? list : null, yaml)];
  const nodes = isSeq(list) ? list.items.filter(isNode) : [contents];
  if (nodes.length === 0) return [wrong('there is no mapping in it', contents, yaml)];
  return nodes.map((node) => entryOf(node, yaml));
}

/** As it came in, not as a text. */
export const readMapping = (given: unknown): MappingEntry => judged(given, () => null);

function wrong(message: string, node: Node | null, yaml: YamlText): MappingEntry {
  const spot = yaml.spotOf(node?.range?.[0] ?? 0);
  return { mapping: undefined, problems: [problemOf({ path: '', message }, null, spot)] };
}

function entryOf(node: Node | null, yaml: YamlText): MappingEntry {
  let given: unknown;
  try {
    given = camelKeys(node === null ? null : yaml.plain(node));
  } catch (error) {
    return wrong(messageOf(error), node, yaml);
  }
  return judged(given, (path) => spotOf(node, path, yaml));
}

type Locate = (path: string) => Spot | null;

function judged(given: unknown, locate: Locate): MappingEntry {
  const id = typeof given === 'object' && given !== null && 'id' in given ? given.id : undefined;
  const name = typeof id === 'string' ? id : null;
  const told = (issue: Issue, isRemark = false): MappingProblem =>
    problemOf(issue, name, locate(issue.path), isRemark);
  if (!check.Check(given)) {
    const issues = plainly(issuesOf(check.Errors(given)));
    return { mapping: undefined, problems: inOrder(issues.map((issue) => told(issue))) };
  }
  const { faults, remarks } = compileMapping(given);
  const problems = [...faults.map((fault) => told(fault)), ...remarks.map((remark) => told(remark, true))];
  return { mapping: given, problems: inOrder(problems) };
}

/** That none of several shapes fits says nothing beside what is wrong with each. */
const plainly = (issues: readonly Issue[]): readonly Issue[] =>
  issues.filter(
    ({ message, path }) =>
      !message.includes('anyOf') ||
      !issues.some((other) => other.message !== message && other.path.startsWith(path)),
  );

const problemOf = (
  { message, path }: Issue,
  mapping: string | null,
  spot: Spot | null,
  isRemark = false,
): MappingProblem => ({
  mapping,
  path,
  line: spot?.line ?? null,
  column: spot?.column ?? null,
  message,
  isRemark,
});

const inOrder = (problems: readonly MappingProblem[]): readonly MappingProblem[] =>
  problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));

/** `messages[0].values[2].at`: of the part that it names, or the nearest around it that is there. */
function spotOf(root: Node | null, path: string, yaml: YamlText): Spot {
  let node = root;
  for (const name of path.match(/[^.[\]]+/g) ?? []) {
    const next: unknown =
      isMap(node) || isSeq(node) ? node.get(isSeq(node) ? Number(name) : name, true) : undefined;
    if (!isNode(next)) break;
    node = next;
  }
  return yaml.spotOf(node?.range?.[0] ?? 0);
}
