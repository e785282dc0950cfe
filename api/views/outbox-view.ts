import { type Static, Type } from 'typebox';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { severities } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { noticeKinds } from '#model/notice.ts';
import { Reason } from '#model/reason.ts';
import { type Delivery, deliveryStates, type Message, messageStates } from '#notify/message.ts';
import { NotifyReason } from '#notify/reason.ts';

const DeliverySchema = Type.Object({
  id: Type.Integer(),
  channel: Type.String(),
  key: Type.String({ description: 'What receivers tell a repeat by' }),
  state: oneOf(deliveryStates),
  attempts: Type.Integer(),
  nextAt: nullable(Instant),
  sentAt: nullable(Instant),
  deliveredAt: nullable(Instant),
  last: nullable(Type.String({ description: 'What the last try came to' })),
  mayHaveArrived: Type.Boolean({ description: 'A try may have arrived although no answer came' }),
});

export const OutboxItem = Type.Object(
  {
    id: Type.String(),
    at: Instant,
    task: nullable(Type.String()),
    kind: oneOf(noticeKinds),
    person: Type.String(),
    severity: oneOf(severities),
    lifeSafety: Type.Boolean(),
    category: Type.String(),
    place: Type.String(),
    state: oneOf(messageStates),
    lead: nullable(Type.String({ description: 'It is told together with this one' })),
    told: Type.Array(Reason, { description: 'Why this person is told' }),
    because: Type.Array(NotifyReason, { description: 'What was decided, in the order of the stages' }),
    dueAt: nullable(Instant),
    toldAt: nullable(Instant),
    seenAt: nullable(Instant),
    seenBy: nullable(oneOf(['console', 'link'])),
    actedAt: nullable(Instant),
    deliveries: Type.Array(DeliverySchema),
  },
  { title: 'OutboxItem' },
);

const instant = (at: EpochMs | null): string | null => (at === null ? null : iso(at));

/** A message with what became of it by each channel. */
export function outboxView(message: Message, deliveries: readonly Delivery[]): Static<typeof OutboxItem> {
  const { actedAt, because, dueAt, lead, notice, seenAt, seenBy, state, toldAt } = message;
  const { at, because: told, category, id, kind, lifeSafety, person, place, severity, task } = notice;
  return {
    id,
    task,
    kind,
    person,
    severity,
    lifeSafety,
    category,
    place,
    state,
    lead,
    seenBy,
    at: iso(at),
    told: [...told],
    because: [...because],
    dueAt: instant(dueAt),
    toldAt: instant(toldAt),
    seenAt: instant(seenAt),
    actedAt: instant(actedAt),
    deliveries: deliveries.map(
      ({
        attempts,
        channel,
        deliveredAt,
        dueAt: nextAt,
        id: number,
        key,
        last,
        mayHaveArrived,
        ...rest
      }) => ({
        id: number,
        channel,
        key,
        state: rest.state,
        attempts,
        last,
        mayHaveArrived,
        nextAt: instant(nextAt),
        sentAt: instant(rest.sentAt),
        deliveredAt: instant(deliveredAt),
      }),
    ),
  };
}
