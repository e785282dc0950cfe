import { Type } from 'typebox';
import { everywhere } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import { communityFileIssues } from '#api/community-file/check.ts';
import { exportCommunity } from '#api/community-file/export.ts';
import { planImport } from '#api/community-file/import-plan.ts';
import { parseCommunityFile } from '#api/community-file/parse.ts';
import { yamlText } from '#api/community-file/yaml-text.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { unknownReference } from '#api/references.ts';
import { Anything, answers } from '#api/schemas.ts';
import { GridbellError } from '#model/errors.ts';

const importLimit = 32 * 1024 * 1024;

/** The community file in and out. */
export function importExportRoutes(app: Api, context: ApiContext): void {
  const { reader, platform } = context;

  app.post(
    '/import',
    {
      bodyLimit: importLimit,
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags: ['community file'],
        summary:
          'Add and update from a community file (YAML or JSON); deletes nothing; a second time changes nothing',
        consumes: ['application/yaml', 'text/yaml', 'text/plain', 'application/json'],
        body: Type.Union([Type.Object({}, { additionalProperties: true }), Type.String()]),
        response: answers({
          200: Type.Object({
            created: Type.Integer(),
            updated: Type.Integer(),
            unchanged: Type.Integer(),
            tokens: Type.Record(Type.String(), Type.String(), {
              description: 'By device id: tokens that were made here; shown this once',
            }),
          }),
        }),
      },
    },
    async (request) => {
      const standing = context.configuration.community;
      const file = parseCommunityFile(request.body, standing);
      if (standing && standing.id !== file.community.id)
        throw new GridbellError('already-exists', `This installation is for the community ${standing.id}.`, {
          extra: { standing },
        });
      const issues = communityFileIssues(file, context.configuration);
      if (issues.length > 0) throw unknownReference(issues);
      const { changes, ...told } = await planImport(file, {
        configuration: context.configuration,
        reader,
        deviceTokenKey: platform.deviceTokenKey,
      });
      if (changes.length > 0)
        await context.change(callerOf(request), {
          expect: 'any',
          changes,
          reason: 'import of a community file',
        });
      return told;
    },
  );

  app.get(
    '/export',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags: ['community file'],
        summary: 'The community as a file without secrets: JSON, or YAML when Accept asks for it',
        produces: ['application/yaml', 'application/json'],
        response: answers({ 200: Anything }),
      },
    },
    async (request, reply) => {
      const file = exportCommunity(reader);
      const { accept = '' } = request.headers;
      // JSON unless YAML is asked for: whoever reads YAML reads JSON as well.
      return /\byaml\b/.test(accept)
        ? reply.type('application/yaml; charset=utf-8').serializer(String).send(yamlText(file))
        : reply.send(file);
    },
  );
}
