import { type Static, Type } from 'typebox';
import { own } from '#api/authorization/access.ts';
import { includes, ruleReaders } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers, closed, NoContent, nullable, oneOf } from '#api/schemas.ts';
import type { PersonId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { Preference } from '#model/preference.ts';
import { summaryKinds } from '#model/summary.ts';
import { channelKinds } from '#notify/channel.ts';

const { channels, language, quietHours } = Preference.properties;
const Summaries = Type.Array(oneOf(summaryKinds), {
  maxItems: summaryKinds.length,
  uniqueItems: true,
  description: 'Come by themselves to who may read figures',
});
const Shown = closed({
  person: Type.String(),
  language,
  channels,
  quietHours,
  summaries: Summaries,
  available: Type.Array(closed({ id: Type.String(), kind: oneOf(channelKinds) }), {
    description: 'The channels of this installation, in the order of the cascade, the live stream first',
  }),
  vapidPublicKey: Type.String({ description: 'applicationServerKey of PushManager.subscribe' }),
});
const Patch = closed({
  language: Type.Optional(nullable(Type.Unsafe<'zh' | 'en'>(Type.String({ enum: ['zh', 'en'] })))),
  channels: Type.Optional(
    nullable(Type.Array(Type.String({ pattern: '^[a-z0-9-]{1,24}$' }), { maxItems: 20 })),
  ),
  quietHours: Type.Optional(
    nullable(
      closed({
        from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', maxLength: 5 }),
        to: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', maxLength: 5 }),
      }),
    ),
  ),
  summaries: Type.Optional(nullable(Summaries)),
});
const Subscription = closed({
  endpoint: Type.String({ pattern: '^https?://', minLength: 10, maxLength: 2_000 }),
  keys: closed({
    p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]+=*$', minLength: 80, maxLength: 100 }),
    auth: Type.String({ pattern: '^[A-Za-z0-9_-]+=*$', minLength: 16, maxLength: 32 }),
  }),
  /** Browsers say it; it is not kept. */
  expirationTime: Type.Optional(nullable(Type.Number())),
});

/** How oneself wants to be told: language, channels, quiet hours, and the browsers that may push. */
export function preferenceRoutes(app: Api, context: ApiContext): void {
  const tags = ['notifications'];
  const shown = (person: PersonId): Static<typeof Shown> => {
    const { notify } = context.platform;
    const standing = context.reader.get('preference', person)?.body;
    return {
      ...standing,
      person,
      summaries: standing?.summaries?.map(({ kind }) => kind) ?? [],
      available: notify.channels().map(({ id, kind }) => ({ id, kind })),
      vapidPublicKey: notify.vapidPublicKey,
    };
  };

  app.get(
    '/preferences',
    {
      config: { access: { roles: 'signed-in', scope: own } },
      schema: {
        tags,
        summary: 'How oneself wants to be told, and what there is to choose from',
        response: answers({ 200: Shown }),
      },
    },
    async (request) => shown(personOf(callerOf(request))),
  );

  app.patch(
    '/preferences',
    {
      config: { access: { roles: 'signed-in', scope: own } },
      schema: {
        tags,
        summary:
          'Choose language, channels, quiet hours and summaries; null takes a choice back. A matter of life passes by all but the language',
        body: Patch,
        response: answers({ 200: Shown }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const person = personOf(caller);
      const known = context.reader.get('preference', person)?.body;
      const standing: Record<string, unknown> = { ...known };
      const { summaries, ...chosen } = request.body;
      if (summaries === null) delete standing['summaries'];
      else if (summaries !== undefined) {
        if (summaries.length > 0 && !includes(ruleReaders, caller.role))
          throw new GridbellError(
            'not-allowed',
            `Summaries are for who may read figures: ${caller.role} may not.`,
          );
        standing['summaries'] = summaries.map(
          (kind) =>
            known?.summaries?.find((each) => each.kind === kind) ?? { kind, since: context.platform.now() },
        );
      }
      for (const [field, value] of Object.entries(chosen)) {
        if (value === null) delete standing[field];
        else if (value !== undefined) standing[field] = value;
      }
      const body = { ...standing, person } as Preference;
      await context.change(caller, {
        expect: 'any',
        changes: [{ op: 'put', resource: 'preference', id: person, body }],
        reason: 'how to be told',
      });
      return shown(person);
    },
  );

  app.post(
    '/push-subscriptions',
    {
      config: { access: { roles: 'signed-in', scope: own } },
      schema: {
        tags,
        summary: 'This browser may show notifications: PushSubscription.toJSON()',
        body: Subscription,
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      const { endpoint, keys } = request.body;
      context.platform.notify.putPushSubscription(personOf(callerOf(request)), { endpoint, keys });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/push-subscriptions',
    {
      config: { access: { roles: 'signed-in', scope: own } },
      schema: {
        tags,
        summary: 'This browser may not any more',
        body: closed({ endpoint: Subscription.properties.endpoint }),
        response: answers({ 204: NoContent }),
      },
    },
    async (request, reply) => {
      const { endpoint } = request.body;
      if (!context.platform.notify.deletePushSubscription(personOf(callerOf(request)), endpoint))
        throw new GridbellError('not-found', 'This browser was not signed in for notifications by you.');
      return reply.code(204).send(null);
    },
  );
}

/** Accounts without a person are told nothing, so there is nothing to choose. */
function personOf({ actor, person }: Caller): PersonId {
  if (person === null)
    throw new GridbellError('not-found', `${actor.id} is no person of the community: nobody notifies it.`);
  return person;
}
