import type { ASTNode } from '@marcbachmann/cel-js';
import { mostConditionCharacters } from '#model/rule.ts';
import { walk } from '#rules/language/syntax-tree.ts';

/** What is wrong with an expression; `offset` counts characters from its beginning. */
export interface ConditionProblem {
  readonly message: string;
  readonly offset: number;
}

export const maxExpression = mostConditionCharacters;
const maxLiteral = 1_024;
const maxEntries = 256;
/** The library's pattern for durations takes time with the cube of their length. */
const maxDuration = 64;
/** Each looks up a zone, about 50 µs. */
const maxZones = 8;

const namesIn = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

/**
 * All that a condition may call. By list, because every evaluation happens on the one thread of the engine, and one
 * that never ends stops every alarm: whatever else the library has, or comes to have, is refused.
 */
export const allowedFunctions: ReadonlySet<string> = namesIn(
  `last age has size int double string bool dyn type duration timestamp
  avg min max sum count countWhere delta rate others baseline`,
);

/** Called on a time, with a zone or without: UTC. */
export const timeParts = namesIn(
  `getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear
  getHours getMinutes getSeconds getMilliseconds`,
);

/** Called on a value: `device.id.startsWith('a')`. */
export const allowedMethods: ReadonlySet<string> = namesIn(
  'size startsWith endsWith contains substring',
).union(timeParts);

const comprehensions = namesIn('all exists exists_one filter map bind');

/** Before it is parsed. */
export const findTooLong = (text: string): ConditionProblem | undefined =>
  text.length > maxExpression
    ? { message: `a condition has at most ${maxExpression} characters, this one ${text.length}`, offset: 0 }
    : undefined;

/** The first part of an expression that could take long to evaluate. */
export function findCostly(root: ASTNode): ConditionProblem | undefined {
  const problems: ConditionProblem[] = [];
  let zones = 0;
  walk(root, (node) => {
    const message = whatIsCostly(node);
    if (message !== undefined) problems.push({ message, offset: offsetOf(node) });
    if (node.op !== 'rcall' || !timeParts.has(node.args[0]) || node.args[2].length === 0) return;
    zones++;
    if (zones > maxZones)
      problems.push({
        message: `a condition asks for at most ${maxZones} times in a zone`,
        offset: offsetOf(node),
      });
  });
  return problems.reduce<ConditionProblem | undefined>(
    (first, problem) => (first && first.offset <= problem.offset ? first : problem),
    undefined,
  );
}

function whatIsCostly(node: ASTNode): string | undefined {
  switch (node.op) {
    case 'value':
      return typeof node.args === 'string' && node.args.length > maxLiteral
        ? `a text has at most ${maxLiteral} characters, this one ${node.args.length}`
        : undefined;
    case 'list':
    case 'map':
      return node.args.length > maxEntries
        ? `a list has at most ${maxEntries} entries, this one ${node.args.length}`
        : undefined;
    case 'call':
      return refuseName(node.args[0], allowedFunctions) ?? refuseDuration(node.args[0], node.args[1]);
    case 'rcall':
      return (
        refuseName(node.args[0], allowedMethods) ??
        refuseSearch(node.args[0], [node.args[1], ...node.args[2]])
      );
    default:
      return undefined;
  }
}

function refuseName(name: string, allowed: ReadonlySet<string>): string | undefined {
  if (allowed.has(name)) return undefined;
  if (comprehensions.has(name)) return `conditions have no ${name}(): nested, it would hold up every alarm`;
  if (name === 'matches')
    return 'conditions have no matches(): some patterns take for ever; use startsWith, endsWith or contains';
  return `conditions have no function ${name}()`;
}

function refuseDuration(name: string, [argument]: readonly ASTNode[]): string | undefined {
  if (name !== 'duration' || argument === undefined) return undefined;
  return argument.op === 'value' && typeof argument.args === 'string' && argument.args.length <= maxDuration
    ? undefined
    : `duration() takes a text of at most ${maxDuration} characters, such as '90s'`;
}

/** A search takes up to the product of both lengths, so neither may be put together. */
function refuseSearch(name: string, parts: readonly ASTNode[]): string | undefined {
  if (name !== 'contains') return undefined;
  let isJoined = false;
  for (const part of parts)
    walk(part, (node) => {
      if (node.op === '+') isJoined = true;
    });
  return isJoined ? 'contains() does not search in or for texts that are put together with +' : undefined;
}

/** A method is named behind its receiver. */
const offsetOf = (node: ASTNode): number =>
  node.op === 'rcall' ? Math.max(node.start, node.input.indexOf(node.args[0], node.args[1].end)) : node.start;
