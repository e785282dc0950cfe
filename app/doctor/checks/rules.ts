import { isDeepStrictEqual } from 'node:util';
import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import { loadLibrary } from '#rules/library/load.ts';

/** That they load, and whether they are those that come with this version. */
export const rules: Check = {
  name: 'rules',
  examine: ({ ops }) => {
    if (!ops?.ok) return [];
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
    return said.length > 0 ? said : [fine(`${stored.length} rules load${besideLibrary(stored)}`)];
  },
};

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
