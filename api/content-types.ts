import type { FastifyInstance } from 'fastify';
import { invalidInput } from '#api/validation.ts';
import { deepestNesting, isNestedTooDeep } from '#model/json-nesting.ts';

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/plain'];

/** YAML comes as text and is read by who takes it, so that what is wrong with it can be named. */
export function acceptYaml(app: FastifyInstance): void {
  app.addContentTypeParser(yamlTypes, { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** CSV comes as text that is UTF-8: what a spreadsheet saves in the encoding of its machine would put wrong names down. */
export function acceptCsv(app: FastifyInstance): void {
  app.addContentTypeParser<Buffer>('text/csv', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch {
      done(invalidInput([notUtf8]));
    }
  });
}

const notUtf8 = {
  path: '',
  message: 'The file is not UTF-8 but perhaps GBK: save it as "CSV UTF-8", as Excel and WPS call it.',
};
const tooDeep = { path: '', message: `The body nests deeper than ${deepestNesting} lists and objects.` };

/**
 * JSON; a client that names the type and sends nothing sends no body. Keys that reach for prototypes are refused, and what
 * nests without end.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else if (isNestedTooDeep(body)) done(invalidInput([tooDeep]));
    else void parse(request, body, done);
  });
}
