import type { TSchema } from 'typebox';
import { severities } from '#model/alarm.ts';
import { deviceKindCatalogue, propertyCatalogue } from '#model/catalogue.ts';
import { modeNames } from '#model/community.ts';
import { roles } from '#model/role.ts';
import { joinScopes, RuleSource } from '#model/rule.ts';
import type { LocalText } from '#model/text.ts';
import { allowedFunctions, allowedMethods } from '#rules/language/bounds.ts';
import { callForms } from '#rules/language/call-forms.ts';
import { fileKey } from '#rules/language/complaints.ts';
import { environments } from '#rules/language/environment.ts';
import { functionLines, keyLines, variableLines } from '#rules/language/explanations.ts';

/** A key of a rule, or of a map within it. */
interface KeyReference {
  /** As files write it, below the keys around it: `task.accept-within`. */
  readonly path: string;
  /** Where the key around it stands. */
  readonly required: boolean;
  /** What may stand there: `text`, `duration`, `number`, `flag`, `list`, `map`. */
  readonly forms: readonly string[];
  /** The words that it may be, or that may be in its list. Empty: any. */
  readonly values: readonly string[];
  readonly lines: LocalText;
}

interface FunctionReference {
  readonly name: string;
  /** A call, as an example. */
  readonly form: string;
  /** CEL's name of the type. */
  readonly returns: string;
  readonly lines: LocalText;
}

interface VariableReference {
  readonly name: string;
  /** CEL's name of the type; that of `value` and `previous` is that of the rule's property. */
  readonly type: string;
  readonly lines: LocalText;
}

/** The language as an editor wants to have it; all of it from what checks and runs rules. */
interface LanguageReference {
  readonly keys: readonly KeyReference[];
  readonly variables: readonly VariableReference[];
  readonly functions: readonly FunctionReference[];
  /** CEL's own that are allowed: functions, and what is called on a value. */
  readonly builtIns: readonly string[];
  readonly methods: readonly string[];
  readonly properties: readonly string[];
  readonly kinds: readonly string[];
  readonly roles: readonly string[];
  readonly modes: readonly string[];
  readonly severities: readonly string[];
  readonly scopes: readonly string[];
}

/** A schema as what it is at run time: JSON Schema. */
interface Shape {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}
const shapeOf = (schema: TSchema): Shape => schema;

const durationPattern = '(ms|s|m|h|d)';
const names: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'flag',
  array: 'list',
  object: 'map',
};
const nothing: LocalText = {};

/** The shape, and all that it may be instead. */
const alternatives = (shape: Shape): readonly Shape[] =>
  shape.anyOf ? shape.anyOf.flatMap(alternatives) : [shape];

const formOf = ({ pattern, type = 'text' }: Shape): string =>
  pattern?.includes(durationPattern) ? 'duration' : (names[type] ?? type);

const wordsOf = (shape: Shape): readonly string[] =>
  alternatives(shape).flatMap((one) => {
    if (one.enum) return one.enum;
    if (typeof one.const === 'string') return [one.const];
    return one.items ? wordsOf(one.items) : [];
  });

/** Texts in two languages are no map of the rule's. */
const isText = ({ properties }: Shape): boolean =>
  properties !== undefined && Object.keys(properties).every((name) => name === 'zh' || name === 'en');

const mapsOf = (shape: Shape): readonly Shape[] =>
  alternatives(shape).flatMap((one) => {
    if (one.items) return mapsOf(one.items);
    return one.properties && !isText(one) ? [one] : [];
  });

function keysOf({ properties = {}, required = [] }: Shape, above: string): readonly KeyReference[] {
  return Object.entries(properties).flatMap(([key, shape]) => {
    const path = `${above}${fileKey(key)}`;
    const own: KeyReference = {
      path,
      required: required.includes(key),
      forms: [...new Set(alternatives(shape).map(formOf))],
      values: [...new Set(wordsOf(shape))],
      lines: keyLines[path] ?? nothing,
    };
    return [own, ...mapsOf(shape).flatMap((map) => keysOf(map, `${path}.`))];
  });
}

/** Of the library's own: namespaces and names of types. */
const isOurs = ({ name, type }: { readonly name: string; readonly type: string }): boolean =>
  type !== 'type' && !['google', 'optional', 'cel'].includes(name);

/** Generated anew with each call. */
export function languageReference(): LanguageReference {
  const { functions, variables } = environments.dyn.getDefinitions();
  const returns = new Map(functions.map(({ name, returnType }) => [name, returnType]));
  return {
    keys: keysOf(shapeOf(RuleSource), ''),
    variables: variables
      .filter(isOurs)
      .map(({ name, type }) => ({ name, type, lines: variableLines[name] ?? nothing })),
    functions: Object.entries(callForms).map(([name, form]) => ({
      name,
      form,
      returns: returns.get(name) ?? 'dyn',
      lines: functionLines[name] ?? nothing,
    })),
    builtIns: [...allowedFunctions].filter((name) => !Object.hasOwn(callForms, name)),
    methods: [...allowedMethods],
    properties: [...propertyCatalogue.keys()],
    kinds: [...deviceKindCatalogue.keys()],
    roles: [...roles],
    modes: [...modeNames],
    severities: [...severities],
    scopes: [...joinScopes],
  };
}
