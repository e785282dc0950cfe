import { type TObject, Type } from 'typebox';
import { filtered, isInScope, none } from '#api/authorization/access.ts';
import { managers, observers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { commandsOfDialect } from '#api/onboarding/dialect-commands.ts';
import { GatewayViews, gatewayFields } from '#api/onboarding/gateway-view.ts';
import { topicNotes, topicProblem } from '#api/onboarding/topic-check.ts';
import { pageById } from '#api/paging.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import { deviceKind } from '#api/routes/devices.ts';
import { answers, closed, Id, nullable, oneOf, pageFields, pageOf } from '#api/schemas.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import type { PlaceId } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import { Device } from '#model/community.ts';
import { dialectIds } from '#model/dialect-ids.ts';

const {
  dialect: _dialect,
  kind: _kind,
  topic: _topic,
  gateway: _gateway,
  address: _address,
  ...common
} = Device.properties;
const mostTopic = 1_000;
const TopicFilter = Type.Refine(
  Type.String({ minLength: 1, maxLength: mostTopic }),
  (filter) => topicProblem(filter) === null,
  (filter) => topicProblem(filter) ?? '',
);
/** A device that carries others: what it speaks, and where. */
const Gateway: TObject = closed({
  ...common,
  kind: Type.Optional(oneOf(['gateway'])),
  dialect: oneOf(dialectIds),
  topic: Type.Optional(TopicFilter),
});

const isGateway = ({ kind }: Device): boolean => deviceKindCatalogue.get(kind)?.gateway === true;
const usualOf = (dialect: string): string | null => {
  const topics = dialects.get(dialect)?.topics;
  return topics === undefined || topics === 'any' ? null : topics.usual;
};

/** Gateways: devices of kind `gateway`, with what they carry. */
export function gatewayRoutes(app: Api, context: ApiContext): void {
  const tags = ['gateways'];
  const device = deviceKind(context);

  resourceRoutes(app, context, {
    ...device,
    path: 'gateways',
    schema: Gateway,
    shownBeside: { ...device.shownBeside, ...gatewayFields },
    isOne: isGateway,
    implied: { kind: 'gateway' },
    view: (gateway, caller) => new GatewayViews(context).of(gateway, caller),
  });

  app.get(
    '/gateways',
    {
      config: { access: { roles: observers, scope: filtered } },
      schema: {
        tags,
        summary: 'All gateways that lie in your places, with what they carry',
        querystring: closed({ ...pageFields, place: Type.Optional(Id) }),
        response: answers({
          200: pageOf(Type.Object({ ...Gateway.properties, ...device.shownBeside, ...gatewayFields })),
        }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { place } = request.query;
      const { configuration } = context;
      const all = [...configuration.devices()].filter(
        (each) =>
          isGateway(each) &&
          isInScope(caller, each.place, context) &&
          (place === undefined || configuration.isWithin(each.place, place as PlaceId)),
      );
      const views = new GatewayViews(context);
      return pageById(all, request.query, (gateway) => views.of(gateway, caller));
    },
  );

  app.post(
    '/gateways/check-topic',
    {
      config: { access: { roles: managers, scope: none } },
      schema: {
        tags,
        summary: 'Whether a gateway may have this filter for its topics, and what is worth knowing of it',
        body: closed({
          topic: Type.String({ maxLength: mostTopic }),
          dialect: Type.Optional(oneOf(dialectIds)),
        }),
        response: answers({
          200: Type.Object({
            ok: Type.Boolean(),
            problem: nullable(Type.String()),
            notes: Type.Array(Type.String()),
            usual: nullable(Type.String({ description: 'The usual filter of the dialect' })),
          }),
        }),
      },
    },
    async (request) => {
      const { dialect, topic } = request.body;
      const problem = topicProblem(topic);
      const usual = dialect === undefined ? null : usualOf(dialect);
      return {
        ok: problem === null,
        problem,
        notes: problem === null ? [...topicNotes(topic, usual)] : [],
        usual,
      };
    },
  );

  app.get(
    '/dialects',
    {
      config: { access: { roles: 'signed-in', scope: none } },
      schema: {
        tags,
        summary: 'The dialects that gateways may speak, with their usual topics',
        response: answers({
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                id: Type.String(),
                usual: nullable(Type.String()),
                isRead: Type.Boolean({ description: 'This version knows it' }),
                commands: Type.Array(Type.String(), {
                  description:
                    'What devices behind such a gateway may be told, as far as their kind takes it',
                }),
              }),
            ),
          }),
        }),
      },
    },
    async () => ({
      items: dialectIds.map((id) => ({
        id,
        usual: usualOf(id),
        isRead: dialects.has(id),
        commands: [...commandsOfDialect(dialects.get(id))],
      })),
    }),
  );
}
