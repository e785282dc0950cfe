import { parse as parseYaml } from 'yaml';
import { camelKeys } from '#model/casing.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import { parseRule } from '#rules/language/check-rules.ts';

/** The rule of a PUT: one rule, or a rule file with just this one. What GET adds may come back and is left out. */
export function ruleOf(body: unknown, id: string): Readonly<Record<string, unknown>> {
  const written = camelKeys(typeof body === 'string' ? yamlOf(body) : body);
  const listed = isRecord(written) && Array.isArray(written['rules']) ? written['rules'] : [written];
  const [rule] = listed;
  if (listed.length !== 1 || !isRecord(rule))
    throw new GridbellError('invalid-input', 'The body must be one rule.');
  const { version: _v, valid: _s, problems: _p, ...source } = rule;
  if (source['id'] !== undefined && source['id'] !== id)
    throw new GridbellError('invalid-input', `The rule's id is not ${id}.`, {
      extra: { issues: [{ path: 'id', message: `must be ${id}` }] },
    });
  return { ...source, id };
}

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new GridbellError('invalid-input', `This is no YAML: ${messageOf(error)}`, { cause: error });
  }
}

/** What stands may turn invalid with a new version and stays visible then; nothing invalid is taken in. */
export function refuseInvalid(source: Readonly<Record<string, unknown>>): void {
  const built = parseRule(source);
  if (!('problems' in built)) return;
  const { problems } = built;
  const issues = problems.map(({ path, message }) => ({ path, message }));
  throw new GridbellError(
    'invalid-rule',
    issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '),
    { extra: { problems, issues } },
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
