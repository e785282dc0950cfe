import { type Issue, invalidInput } from '#api/validation.ts';
import { camelKeys } from '#model/casing.ts';
import { GridbellError } from '#model/errors.ts';
import { mostRuleCharacters, type RuleProblem } from '#model/rule.ts';
import { isSameRule, type RuleBody } from '#model/rule-version.ts';
import { buildRule } from '#rules/language/build-rule.ts';
import { type Locate, type RuleEntry, readRuleDocument } from '#rules/language/rule-document.ts';
import { ruleText } from '#rules/language/rule-text.ts';
import { asWritten } from '#rules/language/written-text.ts';

/** A rule as it came in: what is kept of it, and what is wrong with it. */
export interface GivenRule {
  readonly id: string;
  /** camelCase keys, unchecked. */
  readonly source: Readonly<Record<string, unknown>>;
  /** With line and column when it came as YAML; empty: it is valid. */
  readonly problems: readonly RuleProblem[];
  /** As its author wrote it; null: it came as JSON, or does not stand by itself. */
  readonly text: string | null;
}

const nowhere: Locate = () => null;
const ownId = /^[A-Za-z0-9_-]{1,64}$/;
/** They name other things below `/rules`. */
const reserved: ReadonlySet<string> = new Set(['check', 'files', 'language']);

/** The rule of a PUT: one rule, or a rule file with just this one. What GET adds may come back and is left out. */
export function ruleOf(body: unknown, id: string): GivenRule {
  const entries = typeof body === 'string' ? entriesOfText(body, true) : entriesOf(body, [camelKeys(body)]);
  const [entry] = entries;
  if (entries.length !== 1 || !entry || !isRecord(entry.source) || isBlank(entry.source))
    throw new GridbellError('invalid-input', 'The body must be one rule.');
  const { id: named } = entry.source;
  const isNamedOtherwise = named !== undefined && named !== id;
  const message = isNamedOtherwise ? `must be ${id}` : whyNoId(id, new Set());
  if (message !== null) {
    throw new GridbellError('invalid-input', `The rule's id ${message}.`, {
      extra: { issues: [{ path: 'id', message }] },
    });
  }
  // At its end, so that what is wrong stays in its line.
  const source = { ...entry.source, id };
  const written = entry.text?.() ?? null;
  const text = named === undefined && written !== null ? asWritten(`${written}id: ${id}\n`, source) : written;
  const rule = { ...entry, source, text: () => text };
  const size = whyTooLong(rule.source);
  if (size !== null) throw invalidInput([{ path: '', message: `The rule ${size}` }]);
  return given(rule, id);
}

/** The rules of a rule file. Throws with the place of each that could not be kept: one without an id, one that is there twice. */
export function rulesOf(body: unknown): readonly GivenRule[] {
  const entries = typeof body === 'string' ? entriesOfText(body, false) : entriesOf(body, null);
  const { rules, nameless } = identified(entries);
  if (nameless.length > 0)
    throw invalidInput(
      nameless.map(({ column, index, line, message }): Issue => {
        const where = line === null ? '' : ` (line ${line}, column ${column})`;
        return { path: `rules[${index}].id`, message: `${message}${where}` };
      }),
    );
  return rules;
}

/** An entry that cannot be kept: it has no id, or one that stands above already, or it is too long. */
export interface Nameless {
  readonly index: number;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

/** The rules of entries, and the entries that cannot be kept. */
export function identified(entries: readonly RuleEntry[]): {
  readonly rules: readonly GivenRule[];
  readonly nameless: readonly Nameless[];
} {
  const seen = new Set<string>();
  const nameless: Nameless[] = [];
  const rules = entries.flatMap((entry, index) => {
    const id = isRecord(entry.source) ? entry.source['id'] : undefined;
    const message = whyNoId(id, seen) ?? whyTooLong(entry.source);
    if (message !== null || typeof id !== 'string') {
      const spot = entry.locate(['id'], 'value');
      nameless.push({
        index,
        line: spot?.line ?? null,
        column: spot?.column ?? null,
        message: message ?? idMessage,
      });
      return [];
    }
    seen.add(id);
    return [given(entry, id)];
  });
  return { rules, nameless };
}

const idMessage = 'must have 1 to 64 letters, digits, - or _';

function whyNoId(id: unknown, seen: ReadonlySet<string>): string | null {
  if (id === undefined) return 'is missing: a rule without an id can neither be kept nor be shown';
  if (typeof id !== 'string' || !ownId.test(id)) return idMessage;
  if (reserved.has(id)) return `must not be ${id}: that names something else below /rules`;
  return seen.has(id) ? `${id} is there twice` : null;
}

/** Also of one that is broken: it would be kept and shown. */
function whyTooLong(source: unknown): string | null {
  const { length } = JSON.stringify(source) ?? '';
  return length <= mostRuleCharacters
    ? null
    : `has ${length} characters as JSON; a rule has at most ${mostRuleCharacters}`;
}

/** What an answer tells of a rule beside what was written: it may come back, and is left out. */
export const shownBeside = [
  'version',
  'valid',
  'problems',
  'error',
  'origin',
  'changedAt',
  'changedBy',
  'libraryChanged',
  'notTakenOver',
  'counts',
  'alarms',
  'text',
] as const;
const isBeside: ReadonlySet<string> = new Set(shownBeside);

/** Nothing is said in it: no body came, or `null`. */
const isBlank = (source: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(source).every((name) => isBeside.has(name));

/** A rule as it came in, with its id: checked, without what is only shown. */
export function given({ locate, source, text }: RuleEntry, id: string): GivenRule {
  const all = Object.entries(isRecord(source) ? source : {});
  const kept = Object.fromEntries(all.filter(([name]) => !isBeside.has(name)));
  const built = buildRule(kept, locate);
  const written = all.length === Object.keys(kept).length ? (text?.() ?? null) : null;
  return {
    id,
    source: kept,
    problems: 'problems' in built ? built.problems : [],
    // One that is written as ours would be needs no keeping.
    text: written === ruleText(kept) ? null : written,
  };
}

/** Those under `rules`; without that key, `otherwise`. */
function entriesOf(body: unknown, otherwise: readonly unknown[] | null): readonly RuleEntry[] {
  const written = camelKeys(body);
  const listed = isRecord(written) && Array.isArray(written['rules']) ? written['rules'] : otherwise;
  if (!listed) throw invalidInput([{ path: 'rules', message: 'must be the list of rules' }]);
  return listed.map((source: unknown) => ({ source, locate: nowhere }));
}

function entriesOfText(text: string, mayBeOneRule: boolean): readonly RuleEntry[] {
  const { entries, problems } = readRuleDocument(text, { mayBeOneRule });
  if (problems.length > 0)
    throw invalidInput(
      problems.map(({ column, line, message }) => ({ path: `line ${line}, column ${column}`, message })),
    );
  return entries;
}

/** A rule or a rule file, checked: what would be kept, and all that is wrong, by line. */
export function checkRuleText(text: string): {
  readonly rules: readonly {
    id: string;
    valid: boolean;
    problems: readonly RuleProblem[];
    source: unknown;
  }[];
  readonly problems: readonly RuleProblem[];
} {
  const { entries, problems } = readRuleDocument(text, { mayBeOneRule: true });
  const { rules, nameless } = identified(entries);
  const all = [
    ...problems,
    ...nameless.map(({ column, line, message }) => ({ rule: null, path: 'id', line, column, message })),
    ...rules.flatMap((rule) => rule.problems),
  ];
  return {
    rules: rules.map((rule) => ({ ...rule, valid: rule.problems.length === 0 })),
    problems: all.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
  };
}

/**
 * As it is kept: what is wrong goes along where its places in a file are known (rules/language/check-rules.ts), and how it
 * was written. `standing`: who says the same again, as JSON, takes no comment away.
 */
export function storedRule({ problems, source, text }: GivenRule, standing?: RuleBody): RuleBody {
  const stored = { ...source, ...(problems.some(({ line }) => line !== null) ? { problems } : {}) };
  if (text !== null) return { ...stored, text };
  const { text: before, ...said } = standing ?? {};
  return typeof before === 'string' && isSameRule(said, stored) ? { ...stored, text: before } : stored;
}

/** 422 with everything that is wrong. */
export function invalidRule({ problems }: GivenRule): GridbellError {
  const issues = problems.map(({ path, message }) => ({ path, message }));
  return new GridbellError('invalid-rule', errorLine(problems) ?? '', { extra: { problems, issues } });
}

/** What is wrong as one line; null when nothing is. */
export const errorLine = (problems: readonly RuleProblem[]): string | null =>
  problems.length === 0
    ? null
    : problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
