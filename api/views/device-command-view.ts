import { type Static, Type } from 'typebox';
import { commanders, includes } from '#api/authorization/role-groups.ts';
import type { Caller } from '#api/caller.ts';
import { Anything, Instant, nullable, oneOf } from '#api/schemas.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import {
  type DeviceCommand,
  deviceCommandStates,
  isUnanswered,
  withdrawnBecause,
} from '#model/device-command.ts';

export const DeviceCommandSchema = Type.Object({
  id: Type.String(),
  device: Type.String(),
  command: Type.String(),
  args: Type.Optional(
    Type.Record(Type.String(), Anything, { description: 'Only for those who may command devices' }),
  ),
  state: oneOf(deviceCommandStates),
  askedBy: Type.String(),
  askedAt: Instant,
  expiresAt: Instant,
  sentAt: nullable(Instant),
  deliveredAt: nullable(Instant),
  answeredAt: nullable(Instant),
  endedAt: Type.Union([Instant, Type.Null()], { description: 'When it expired or was withdrawn' }),
  because: Type.Union([oneOf(withdrawnBecause), Type.Null()], {
    description: 'Why it was withdrawn, where nobody asked for it',
  }),
  reply: nullable(Type.Object({ ok: Type.Boolean(), error: nullable(Type.String()) })),
  gateway: Type.Union([Type.String(), Type.Null()], { description: 'Over which it goes out' }),
  unanswered: Type.Optional(
    Type.Boolean({
      description: 'It was taken, is to be answered, and nobody did in time; not on the stream',
    }),
  ),
});

/** A command as the caller may see it: what it says in detail is for those who could have given it. */
export function deviceCommandView(
  command: DeviceCommand,
  { role }: Caller,
  now?: EpochMs,
): Static<typeof DeviceCommandSchema> {
  const { id, device, state, askedBy, reply } = command;
  return {
    id,
    device,
    command: command.command,
    ...(includes(commanders, role) ? { args: command.args } : {}),
    state,
    askedBy,
    askedAt: iso(command.askedAt),
    expiresAt: iso(command.expiresAt),
    sentAt: isoOrNull(command.sentAt),
    deliveredAt: isoOrNull(command.deliveredAt),
    answeredAt: isoOrNull(command.answeredAt),
    endedAt: isoOrNull(command.endedAt),
    because: command.because,
    reply,
    gateway: command.via?.carrier ?? null,
    ...(now === undefined ? {} : { unanswered: isUnanswered(command, now) }),
  };
}

const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : iso(at));
