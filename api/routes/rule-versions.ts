import { Type } from 'typebox';
import { none } from '#api/authorization/access.ts';
import { ruleReaders } from '#api/authorization/role-groups.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage } from '#api/paging.ts';
import {
  answers,
  closed,
  IdParams,
  Instant,
  nullable,
  pageFields,
  pageOf,
  pageRequest,
} from '#api/schemas.ts';
import { Origin } from '#api/views/rule-view.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import type { RuleVersion } from '#model/rule-version.ts';
import { ruleDiff, ruleText } from '#rules/language/rule-text.ts';

const Version = Type.Object(
  {
    version: Type.Integer(),
    at: Instant,
    actor: Type.String({ description: 'An account, a token, `operator`, `library` or `file:NAME`' }),
    origin: Origin,
    reason: Type.String(),
    source: nullable(
      Type.Object(
        {},
        { additionalProperties: true, description: 'As written, camelCase keys; null: deleted' },
      ),
    ),
    text: nullable(Type.String({ description: 'As YAML: a PUT of it restores this version' })),
    diff: nullable(
      Type.String({
        description:
          'What is different from the version before, as a unified diff of the texts; null: that one is not kept any more',
      }),
    ),
  },
  { title: 'RuleVersion' },
);

/** What a rule was, who changed it, and what was different. */
export function ruleVersionRoutes(app: Api, { reader }: ApiContext): void {
  app.get(
    '/rules/:id/versions',
    {
      config: { access: { roles: ruleReaders, scope: none } },
      schema: {
        tags: ['rules'],
        summary: 'The versions of a rule, newest first, also of one that was deleted; the last 100 are kept',
        params: IdParams,
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(Version) }),
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!reader.lastRuleVersion(id)) throw new GridbellError('not-found', `There never was a rule ${id}.`);
      const page = reader.ruleVersions(id, pageRequest(request.query));
      const last = page.items.at(-1);
      const beyond = last && reader.ruleVersion(id, last.version - 1);
      const before = new Map(page.items.map((entry, index) => [entry, page.items[index + 1] ?? beyond]));
      return mapPage(page, (entry) => versionView(entry, before.get(entry)));
    },
  );
}

function versionView(entry: RuleVersion, before: RuleVersion | undefined) {
  const { actor, at, origin, reason, rule, version } = entry;
  const { problems: _p, text: _t, ...source } = entry.source ?? {};
  const isNext = before?.version === version - 1;
  return {
    version,
    at: iso(at),
    actor,
    origin,
    reason,
    source: entry.source && source,
    text: entry.source && ruleText(entry.source),
    diff: isNext || version === 1 ? ruleDiff(rule, before?.source ?? null, entry.source) : null,
  };
}
