import { isDeepStrictEqual } from 'node:util';
import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import { readRulesDirectory } from '#app/rule-files/rule-file.ts';
import { messageOf } from '#model/errors.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import { loadLibrary } from '#rules/library/load.ts';

/** That they load, in the rules directory too, and whether they are those that come with this version. */
export const rules: Check = {
  name: 'rules',
  examine: ({ config, ops }) => {
    const inFiles = config?.rulesDir ? saidOfFiles(config.rulesDir) : [];
    if (!ops?.ok) return inFiles;
    const stored = ops.value.reader.all('rule');
    const broken = stored.flatMap(({ body, id }) => {
      const built = parseRule({ ...body, id });
      return 'problems' in built ? [`${id}: ${built.problems[0]?.message ?? 'does not load'}`] : [];
    });
    const said: Said[] = [];
    if (broken.length > 0)
      said.push(
        problem(
          `rules do not load and do nothing: ${broken.join('; ')}`,
          'correct them: GET /api/v1/rules shows line and column',
        ),
      );
    if (stored.length === 0 && ops.value.reader.community() !== undefined)
      said.push(
        warning(
          'there is no rule: nothing raises an alarm',
          'PUT /api/v1/rules with a rule file, such as those of rules/library',
        ),
      );
    if (said.length === 0) said.push(fine(`${stored.length} rules load${besideLibrary(stored)}`));
    return [...inFiles, ...said];
  },
};

/** The rules directory, looked at as a start would. */
function saidOfFiles(directory: string): readonly Said[] {
  try {
    const { files } = readRulesDirectory(directory, new Map());
    const mistakes = files.flatMap(({ name, problems, rules: given }) =>
      [...problems, ...given.flatMap((rule) => rule.problems)].map(
        ({ column, line, message }) => `${name}${line === null ? '' : `:${line}:${column}`} ${message}`,
      ),
    );
    return mistakes.length === 0
      ? [fine(`${files.length} rule files in ${directory}`)]
      : [
          problem(
            `rule files have mistakes: ${mistakes.join('; ')}`,
            'correct them: what works of them counts, rules that worked before go on',
          ),
        ];
  } catch (error) {
    return [
      problem(
        `the rule files cannot be read (${messageOf(error)})`,
        'make the directory, or take rules-dir out of the settings; the rules stay as they were',
      ),
    ];
  }
}

/** What people made of the library is theirs; it is only said. */
function besideLibrary(stored: readonly { readonly id: string; readonly body: object }[]): string {
  const byId = new Map(stored.map(({ body, id }) => [id, body]));
  const library = loadLibrary();
  const missing = library.filter(({ id }) => !byId.has(id)).length;
  const other = library.filter(({ id, source }) => {
    const body = byId.get(id);
    return body !== undefined && !isDeepStrictEqual({ ...body, id }, { ...source, id });
  }).length;
  return missing + other === 0
    ? ''
    : `; of the library of this version ${other} are different here and ${missing} are not here`;
}
