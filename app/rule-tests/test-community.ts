import { communityFileIssues } from '#api/community-file/check.ts';
import { parseCommunityFile } from '#api/community-file/parse.ts';
import type { Issue } from '#api/validation.ts';
import { segments } from '#app/rule-tests/complaint-list.ts';
import type { Path, WrittenYaml } from '#app/rule-tests/written-yaml.ts';
import type { ResourceChange, ResourceName, Resources } from '#model/command.ts';
import { type Community, type CommunityFile, rosterId } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';
import type { RuleProblem } from '#model/rule.ts';

/** The community that a test runs in, without secrets. */
export interface TestCommunity {
  readonly id: string;
  /** As an import would change an empty installation. */
  readonly changes: readonly ResourceChange[];
  readonly configuration: Configuration;
}

/** Where a community, or a part of one, is written. */
export interface CommunitySource {
  readonly yaml: WrittenYaml;
  readonly path: Path;
  readonly value: unknown;
}

/** That of a community which is written into a test without saying which it is. */
const unnamed = { id: 'test' } as Community;
const lists = ['places', 'people', 'residents', 'rosters', 'devices', 'categories'] as const;

/** The community of `base` with the entries of `further`, or what is wrong with either. */
export function testCommunity(
  base: CommunitySource,
  further?: CommunitySource,
): TestCommunity | { readonly problems: readonly RuleProblem[] } {
  const file = parsed(base, unnamed);
  if ('problems' in file) return file;
  const more = further ? parsed(further, file.community) : undefined;
  if (more && 'problems' in more) return more;
  const whole: Record<string, unknown> = { ...file };
  for (const list of lists) whole[list] = [...(file[list] ?? []), ...(more?.[list] ?? [])];
  const joined = whole as CommunityFile;
  const issues = communityFileIssues(joined, new Configuration());
  if (issues.length > 0) return { problems: issues.map((issue) => placed(issue, { base, further, file })) };
  const changes = changesOf(joined);
  const configuration = new Configuration();
  for (const change of changes) configuration.apply(change);
  return { id: joined.community.id, changes, configuration };
}

function parsed({ path, value, yaml }: CommunitySource, standing: Community): CommunityFile | Problems {
  try {
    return parseCommunityFile(value, standing);
  } catch (error) {
    if (!(error instanceof GridbellError)) throw error;
    const issues = error.extra['issues'] as readonly Issue[];
    return {
      problems: issues.map((issue) => yaml.problem([...path, ...segments(issue.path)], issue.message)),
    };
  }
}
type Problems = { readonly problems: readonly RuleProblem[] };

/** An entry behind those of the base stands in the part that came to it. */
function placed(
  { message, path }: Issue,
  {
    base,
    file,
    further,
  }: {
    readonly base: CommunitySource;
    readonly further: CommunitySource | undefined;
    readonly file: CommunityFile;
  },
): RuleProblem {
  const [list, index, ...rest] = segments(path);
  const known = lists.find((name) => name === list);
  const before = known ? (file[known]?.length ?? 0) : 0;
  if (further && typeof index === 'number' && index >= before)
    return further.yaml.problem([...further.path, String(list), index - before, ...rest], message);
  return base.yaml.problem([...base.path, ...segments(path)], message);
}

/** Passwords and tokens are of no use to a test. */
const changesOf = ({ categories, community, devices, people, places, residents, rosters }: CommunityFile) => [
  put('community', community.id, community),
  ...(places ?? []).map((place) => put('place', place.id, place)),
  ...(people ?? []).map(({ account: _account, ...person }) => put('person', person.id, person)),
  ...(residents ?? []).map((resident) => put('resident', resident.id, resident)),
  ...(rosters ?? []).map((roster) => put('roster', rosterId(roster), roster)),
  ...(categories ?? []).map((category) => put('category', category.id, category)),
  ...(devices ?? []).map(({ token: _token, ...device }) => put('device', device.id, device)),
];

// Name and body belong together by the type parameter, which the union of changes cannot express.
export const put = <Name extends ResourceName>(
  resource: Name,
  id: string,
  body: Resources[Name],
): ResourceChange => ({ op: 'put', resource, id, body }) as unknown as ResourceChange;
