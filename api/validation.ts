import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { GridbellError } from '#model/errors.ts';

/** A community file tells all of its problems at once, not the library's first eight. */
Settings.Set({ maxErrors: 1_000 });

/** One thing that is wrong with an input: `places[2].kind`, and what. */
export interface Issue {
  readonly path: string;
  readonly message: string;
  /** Why, from a list of the route's own: for those who say it in words of theirs. */
  readonly reason?: string;
}

type SchemaError = ReturnType<ReturnType<typeof Compile>['Errors']>[number];

/** `/places/2/kind` → `places[2].kind` */
const readablePath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    );

function issuesOfError(error: SchemaError): readonly Issue[] {
  const path = readablePath(error.instancePath);
  switch (error.keyword) {
    // Says again, without a name, what `additionalProperties` says.
    case 'boolean':
      return [];
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        path: path === '' ? name : `${path}.${name}`,
        message: 'is not known',
      }));
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        path: path === '' ? name : `${path}.${name}`,
        message: 'is missing',
      }));
    case 'enum':
      return [{ path, message: `must be one of ${error.params.allowedValues.join(', ')}` }];
    default:
      return [{ path, message: error.message }];
  }
}

/** What is wrong, each once, in the order of the input. */
export function issuesOf(errors: readonly SchemaError[]): readonly Issue[] {
  const seen = new Map<string, Issue>();
  for (const issue of errors.flatMap(issuesOfError)) seen.set(`${issue.path} ${issue.message}`, issue);
  return [...seen.values()];
}

/** 400 `invalid-input`; the first five issues are its detail, all of them its `issues`. */
export const invalidInput = (issues: readonly Issue[]): GridbellError =>
  new GridbellError(
    'invalid-input',
    issues
      .slice(0, 5)
      .map((issue) => (issue.path === '' ? issue.message : `${issue.path} ${issue.message}`))
      .join('; '),
    { extra: { issues } },
  );

/**
 * Validates with TypeBox: bodies as they are, unknown fields refused; parameters of path and query are text and are
 * converted to what the schema wants first.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  return (given: unknown) => {
    // A request without a body counts as an empty object, so that a missing field is named.
    const value = httpPart === 'body' ? (given ?? {}) : Value.Convert(schema, given);
    return check.Check(value) ? { value } : { error: invalidInput(issuesOf(check.Errors(value))) };
  };
};
