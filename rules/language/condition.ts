import { type ASTNode, TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import { messageOf } from '#model/errors.ts';
import { type ConditionProblem, findCostly, findTooLong } from '#rules/language/bounds.ts';
import { findMiscalled } from '#rules/language/call-forms.ts';
import { environments } from '#rules/language/environment.ts';
import { type Frame, missingData } from '#rules/language/frame.ts';
import { needsOf } from '#rules/language/functions.ts';
import type { Need } from '#rules/language/needs.ts';
import { plainCondition } from '#rules/language/plain.ts';
import { makeNumbersDouble, walk } from '#rules/language/syntax-tree.ts';
import { inWords } from '#rules/language/type-words.ts';
import type { CelType } from '#rules/language/value-type.ts';

/** A checked CEL expression. */
export interface Condition {
  readonly text: string;
  /** For checks of the whole rule. */
  readonly root: ASTNode;
  /** Properties of the device that it looks up: a late reading of one judges it again. Not those of other devices. */
  readonly references: readonly string[];
  /** `previous` is looked at. */
  readonly looksBack: boolean;
  /** What the engine has to keep for it. */
  readonly needs: readonly Need[];
  /**
   * True, false, or undefined: unknown, because data is missing. Never throws. After undefined `whyUnknown` says what
   * was missing.
   */
  judge(frame: Frame): boolean | undefined;
  whyUnknown(): string;
}

const tooDeep = 'the condition is nested too deeply';

const explain = (error: unknown): ConditionProblem =>
  error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError
    ? { message: inWords(error.summary), offset: error.range?.start ?? 0 }
    : { message: error instanceof RangeError ? tooDeep : messageOf(error), offset: 0 };

/** `duration('5 minutes')` would fail at every evaluation: it is refused when the rule loads. */
function findBadLiteral(root: ASTNode, valueType: CelType): ConditionProblem | undefined {
  let found: ConditionProblem | undefined;
  walk(root, (node) => {
    if (found || node.op !== 'call' || !['duration', 'timestamp'].includes(node.args[0])) return;
    const [literal] = node.args[1];
    if (literal?.op !== 'value') return;
    try {
      environments[valueType].evaluate(node.input.slice(node.start, node.end));
    } catch (error) {
      found = { message: explain(error).message, offset: literal.start };
    }
  });
  return found;
}

type Looks = Pick<Condition, 'references' | 'looksBack' | 'needs'>;

function looksOf(root: ASTNode): Looks {
  const needs = needsOf(root);
  const references = new Set(needs.flatMap((need) => (need.kind === 'others' ? [] : [need.property])));
  let looksBack = false;
  walk(root, (node) => {
    if (node.op === 'id' && node.args === 'previous') looksBack = true;
    if (node.op !== 'call' || (node.args[0] !== 'last' && node.args[0] !== 'age')) return;
    const [name] = node.args[1];
    if (name?.op === 'value' && typeof name.args === 'string') references.add(name.args);
  });
  return { references: [...references], looksBack, needs };
}

/** Compiles a condition, or says what is wrong and where in it. */
export function compileCondition(text: string, valueType: CelType): Condition | ConditionProblem {
  const tooLong = findTooLong(text);
  if (tooLong) return tooLong;
  try {
    const program = environments[valueType].parse(text);
    const refused = findCostly(program.ast) ?? findMiscalled(program.ast);
    if (refused) return refused;
    makeNumbersDouble(program.ast);
    const checked = program.check();
    if (!checked.valid) return explain(checked.error);
    if (checked.type !== 'bool' && checked.type !== 'dyn')
      return { message: `a condition must be true or false; this is of type ${checked.type}`, offset: 0 };
    const badLiteral = findBadLiteral(program.ast, valueType);
    if (badLiteral) return badLiteral;
    const parts = { text, root: program.ast, ...looksOf(program.ast) };
    const plain = plainCondition(program.ast, valueType);
    return plain ? plainly(parts, plain) : makeCondition(parts, program);
  } catch (error) {
    return explain(error);
  }
}

type ConditionParts = Omit<Condition, 'judge' | 'whyUnknown'>;

function plainly(parts: ConditionParts, plain: (frame: Frame) => boolean | undefined): Condition {
  let reason = '';
  return {
    ...parts,
    judge(frame) {
      const result = plain(frame);
      if (result === undefined) reason = missingData.what;
      return result;
    },
    whyUnknown: () => reason,
  };
}

function makeCondition(parts: ConditionParts, program: (frame: Frame) => unknown): Condition {
  let reason = '';
  return {
    ...parts,
    judge(frame) {
      const { stackTraceLimit } = Error;
      // What is missing is thrown through CEL at every reading: where that was costs more than all the rest, and nobody asks.
      Error.stackTraceLimit = 0;
      try {
        const result = program(frame);
        if (typeof result === 'boolean') return result;
        reason = `the result is ${typeof result}, not true or false`;
      } catch (error) {
        reason = error === missingData ? missingData.what : explain(error).message;
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
      return undefined;
    },
    whyUnknown: () => reason,
  };
}
