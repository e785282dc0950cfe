import type { ASTNode } from '@marcbachmann/cel-js';
import type { Past } from '#rules/language/frame.ts';

/** What cel-js hands to a macro; its own declarations leave these untyped. */
export interface Checker {
  createError(code: string, message: string, node: ASTNode): Error;
  getType(name: string): unknown;
}
export interface Context {
  getValue(name: 'past'): Past;
  getValue(name: 'atMs'): number;
}
export interface MacroCall {
  readonly ast: ASTNode;
  readonly args: readonly ASTNode[];
}
/** Checked when the rule loads, evaluated when it is judged. */
export interface Macro {
  typeCheck(checker: Checker): unknown;
  evaluate(evaluator: unknown, macro: unknown, context: Context): unknown;
}
