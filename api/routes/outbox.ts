import { Type } from 'typebox';
import { everywhere, filtered, isInScope } from '#api/authorization/access.ts';
import { admins, includes, overseers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import type { ApiNotify } from '#api/notify-port.ts';
import {
  answers,
  closed,
  Id,
  IdParams,
  Instant,
  nullable,
  oneOf,
  pageFields,
  pageOf,
  pageRequest,
} from '#api/schemas.ts';
import { OutboxItem, outboxView } from '#api/views/outbox-view.ts';
import { severities } from '#model/alarm.ts';
import type { PersonId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import { channelKinds } from '#notify/channel.ts';
import { deliveryStates, type Message, messageStates } from '#notify/message.ts';

const states = [...new Set([...messageStates, ...deliveryStates])];
const Channel = Type.Object(
  {
    id: Type.String(),
    kind: oneOf(channelKinds),
    on: Type.Boolean({ description: 'False on the data clock: nothing leaves this machine' }),
    contentFree: Type.Boolean(),
    severities: nullable(Type.Array(oneOf(severities))),
    circuit: oneOf(['closed', 'open', 'half-open']),
    failures: Type.Integer({ description: 'In a row' }),
    openUntil: nullable(Instant),
    deliveries: Type.Record(Type.String(), Type.Integer(), { description: 'How many, by state' }),
  },
  { title: 'Channel' },
);
/** Read on until a page is full of what the caller may see, but not for ever. */
const mostRounds = 20;

/** What people were told and how that went, and the channels that do it. */
export function outboxRoutes(app: Api, context: ApiContext): void {
  const tags = ['notifications'];
  const maySee = ({ notice }: Message, caller: Caller): boolean =>
    caller.person === notice.person ||
    (includes(overseers, caller.role) && isInScope(caller, notice.place, context));

  app.get(
    '/outbox',
    {
      config: { access: { roles: 'signed-in', scope: filtered } },
      schema: {
        tags,
        summary:
          'What people were told, were not told, and why; newest first. Your own, and for who oversees a place what belongs to it',
        querystring: closed({
          ...pageFields,
          task: Type.Optional(Id),
          person: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'or `me`' })),
          state: Type.Optional(oneOf(states)),
        }),
        response: answers({ 200: pageOf(OutboxItem) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { person, state, task } = request.query;
      const wanted = person === 'me' ? (caller.person ?? '-') : person;
      const { cursor, limit } = pageRequest(request.query);
      const { items, before } = visible(
        limit,
        cursor === undefined ? undefined : seqOf(cursor),
        (page) => context.platform.notify.outbox({ task, person: wanted, state }, page),
        (message) => maySee(message, caller),
      );
      return {
        items: items.map(({ deliveries, message }) => outboxView(message, deliveries)),
        next: before === undefined ? null : String(before),
      };
    },
  );

  app.post(
    '/outbox/replay',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags,
        summary:
          'Send again what was given up (dead) or refused, with the same keys: these deliveries, or all dead ones of a channel',
        body: closed({
          ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 1_000 })),
          channel: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,24}$' })),
        }),
        response: answers({ 200: closed({ replayed: Type.Integer() }) }),
      },
    },
    async (request) => ({
      replayed: context.platform.notify.replay(request.body, callerOf(request).actor.id),
    }),
  );

  app.get(
    '/channels',
    {
      config: { access: { roles: overseers, scope: filtered } },
      schema: {
        tags,
        summary:
          'The channels in the order of the cascade, the live stream first, and how each is doing; no address, no secret',
        response: answers({ 200: pageOf(Channel) }),
      },
    },
    async () => ({
      items: context.platform.notify.channels().map(({ openUntil, severities: only, ...channel }) => ({
        ...channel,
        severities: only === null ? null : [...only],
        openUntil: openUntil === null ? null : iso(openUntil),
      })),
      next: null,
    }),
  );

  app.post(
    '/channels/:id/test',
    {
      config: { access: { roles: admins, scope: everywhere } },
      schema: {
        tags,
        summary:
          'Send a message that says that it is a test to a person, oneself when none is named; answers what the receiver said',
        params: IdParams,
        body: Type.Optional(closed({ person: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) })),
        response: answers({
          200: closed({
            outcome: oneOf(['sent', 'delivered', 'retry', 'refused']),
            because: nullable(Type.String()),
            receipt: nullable(Type.String()),
          }),
        }),
      },
    },
    async (request) => {
      const person = request.body?.person ?? callerOf(request).person;
      if (person === null)
        throw new GridbellError(
          'invalid-input',
          'person: whom to send the test to; your account is no person.',
        );
      const answer = await context.platform.notify.test(request.params.id, person as PersonId);
      return {
        outcome: answer.outcome,
        because: 'because' in answer ? answer.because : null,
        receipt: 'receipt' in answer ? (answer.receipt ?? null) : null,
      };
    },
  );
}

type Entry = ReturnType<ApiNotify['outbox']>[number];

/** A page of what the caller may see; `before`: where the next one goes on, undefined where none does. */
function visible(
  limit: number,
  from: number | undefined,
  read: (page: { readonly limit: number; readonly before?: number }) => readonly Entry[],
  maySee: (message: Message) => boolean,
): { readonly items: readonly Entry[]; readonly before: number | undefined } {
  const items: Entry[] = [];
  let before = from;
  for (let round = 0; round < mostRounds && items.length < limit; round++) {
    const page = read({ limit, ...(before === undefined ? {} : { before }) });
    for (const entry of page) {
      if (items.length === limit) return { items, before };
      if (maySee(entry.message)) items.push(entry);
      before = entry.message.notice.seq;
    }
    if (page.length < limit) return { items, before: undefined };
  }
  return { items, before };
}

function seqOf(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor))
    throw new GridbellError('invalid-input', 'cursor: not one that this list gave.');
  return Number(cursor);
}
