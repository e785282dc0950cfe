import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import type { PropertyDefinition } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';
import { CallReader } from '#rules/language/call-reader.ts';
import type { Checker, Context, Macro, MacroCall } from '#rules/language/cel.ts';
import { lack, type Past } from '#rules/language/frame.ts';
import {
  type Baseline,
  type BaselineNeed,
  type CountNeed,
  type Need,
  type OthersNeed,
  type WindowFunction,
  type WindowNeed,
  windowFunctions,
} from '#rules/language/needs.ts';
import { walk } from '#rules/language/syntax-tree.ts';
import { celTypeOfProperty } from '#rules/language/value-type.ts';

/** What each checked call needs, by its node: cel-js tells a macro nothing of who compiles. */
const needs = new WeakMap<ASTNode, Need>();

/** What this checked call needs. */
export const needAt = (node: ASTNode): Need | undefined => needs.get(node);

/** What the calls of a checked expression ask of the past, one for each call. */
export function needsOf(root: ASTNode): readonly Need[] {
  const found: Need[] = [];
  walk(root, (node) => {
    const need = needs.get(node);
    if (need) found.push(need);
  });
  return found;
}

/** What was usual, as a condition sees it; one for each call, filled in at each look. */
export class BaselineFacts {
  readonly #text: string;
  usual: Baseline = { n: 0, mean: undefined, sd: undefined };

  constructor(text: string) {
    this.#text = text;
  }

  get n(): number {
    return this.usual.n;
  }
  get mean(): number {
    return this.usual.mean ?? lack(`${this.#text}.mean`);
  }
  get sd(): number {
    return this.usual.sd ?? lack(`${this.#text}.sd`);
  }
}

/** A function that answers a number out of what the engine keeps. */
const asking =
  (read: (call: CallReader) => WindowNeed | CountNeed | OthersNeed) =>
  (call: MacroCall): Macro => {
    let need: WindowNeed | CountNeed | OthersNeed | undefined;
    return {
      typeCheck(checker: Checker): unknown {
        need = read(new CallReader(call, checker));
        needs.set(call.ast, need);
        return checker.getType('double');
      },
      evaluate(_evaluator: unknown, _macro: unknown, context: Context): number {
        if (need === undefined) return lack('what was never checked');
        return context.getValue('past').ask(need, context.getValue('atMs')) ?? lack(need.text);
      },
    };
  };

const baseline = (call: MacroCall): Macro => {
  let need: BaselineNeed | undefined;
  let facts = new BaselineFacts('');
  return {
    typeCheck(checker: Checker): unknown {
      const reader = new CallReader(call, checker);
      const { name: property } = reader.property(0);
      need = { kind: 'baseline', property, text: reader.text };
      facts = new BaselineFacts(need.text);
      needs.set(call.ast, need);
      return checker.getType('Baseline');
    },
    evaluate(_evaluator: unknown, _macro: unknown, context: Context): BaselineFacts {
      if (need === undefined) return lack('what was never checked');
      facts.usual = context.getValue('past').usual(need, context.getValue('atMs'));
      return facts;
    },
  };
};

/** A function of a property's name: looked up in the device's past when it is judged. */
const lookup =
  (
    resultType: (property: PropertyDefinition) => string,
    look: (past: Past, property: string, at: number) => unknown,
  ) =>
  (call: MacroCall): Macro => {
    let property = '';
    return {
      typeCheck(checker: Checker): unknown {
        const definition = new CallReader(call, checker).property(0);
        property = definition.name;
        return checker.getType(resultType(definition));
      },
      evaluate: (_evaluator: unknown, _macro: unknown, context: Context): unknown =>
        look(context.getValue('past'), property, context.getValue('atMs')),
    };
  };

const windowNeed = (fn: WindowFunction, call: CallReader): WindowNeed => ({
  kind: 'window',
  fn,
  property: (fn === 'count' ? call.property(0) : call.number(0, fn)).name,
  lengthMs: call.windowMs(1),
  slot: -1,
  text: call.text,
});

function countNeed(call: CallReader): CountNeed {
  const definition = call.property(0);
  const value = call.value(1, definition);
  return {
    kind: 'count-where',
    property: definition.name,
    value,
    lengthMs: call.windowMs(2),
    slot: -1,
    text: call.text,
  };
}

function othersNeed(call: CallReader): OthersNeed {
  const definition = call.property(0);
  return {
    kind: 'others',
    property: definition.name,
    value: call.value(1, definition),
    scope: call.scope(2),
    lengthMs: call.windowMs(3),
    slot: -1,
    text: call.text,
  };
}

/** The language's own functions of the past. `toDuration`: cel-js's duration of so many ms. */
export function addFunctions(environment: Environment, toDuration: (lengthMs: number) => unknown): void {
  environment.registerType('Baseline', {
    ctor: BaselineFacts,
    fields: { n: 'double', mean: 'double', sd: 'double' },
  });
  environment.registerFunction(
    'last(ast): dyn',
    lookup(
      celTypeOfProperty,
      (past, property, at): Value => past.valueAt(property, at) ?? lack(`last('${property}')`),
    ),
  );
  environment.registerFunction(
    'age(ast): google.protobuf.Duration',
    lookup(
      () => 'google.protobuf.Duration',
      (past, property, at) =>
        toDuration(Math.max(0, at - (past.timeAt(property, at) ?? lack(`age('${property}')`)))),
    ),
  );
  for (const fn of windowFunctions)
    environment.registerFunction(
      `${fn}(ast, ast): double`,
      asking((call) => windowNeed(fn, call)),
    );
  environment.registerFunction('countWhere(ast, ast, ast): double', asking(countNeed));
  environment.registerFunction('others(ast, ast, ast, ast): double', asking(othersNeed));
  environment.registerFunction('baseline(ast): Baseline', baseline);
}
