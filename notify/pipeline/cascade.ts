import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { NoticeKind } from '#model/notice.ts';
import type { Recipient } from '#notify/channel.ts';
import { type Circuit, closedCircuit, stateOf } from '#notify/circuit.ts';
import type { Message } from '#notify/message.ts';
import type { OpenChannel } from '#notify/open-channel.ts';
import type { NotifyReason } from '#notify/reason.ts';

/** What the cascade looks at: the channels that are open, and how they are doing. */
export interface Ways {
  channel(id: string): OpenChannel | undefined;
  circuit(id: string): Circuit | undefined;
  /** False on the data clock: nothing leaves this machine. */
  readonly outside: boolean;
}

export interface Turn {
  /** null: there is no other. */
  readonly channel: OpenChannel | null;
  /** How many of the message's channels have had their turn then. */
  readonly step: number;
  /** Why each that was passed over was. */
  readonly because: readonly NotifyReason[];
}

/**
 * The next channel of a message's cascade that can bring it to its person. A channel whose circuit is open is passed over
 * while another one is left.
 */
export function nextTurn(message: Message, recipient: Recipient, ways: Ways, now: EpochMs): Turn {
  const because: NotifyReason[] = [];
  const resting: Turn[] = [];
  for (let step = message.step; step < message.channels.length; step++) {
    const id = message.channels[step] ?? '';
    const channel = ways.channel(id);
    if (!channel) continue;
    const against = objection(channel, { message, recipient, ways });
    if (against) {
      because.push(against);
      continue;
    }
    const circuit = ways.circuit(id) ?? closedCircuit;
    if (stateOf(circuit, now) !== 'open') return { channel, step: step + 1, because };
    because.push({ code: 'circuit-open', channel: id, until: iso(circuit.openUntil ?? now) });
    resting.push({ channel, step: step + 1, because: [...because] });
  }
  // Better late than never: it waits for the first that comes back.
  return resting[0] ?? { channel: null, step: message.channels.length, because };
}

/** What reaches one person alone, whoever they are. */
const personal: ReadonlySet<string> = new Set(['sms', 'voice', 'email']);

function objection(
  { channel, id, isOutside, kind, severities }: OpenChannel,
  {
    message,
    recipient,
    ways,
  }: { readonly message: Message; readonly recipient: Recipient; readonly ways: Ways },
): NotifyReason | undefined {
  if (isOutside && !ways.outside) return { code: 'outside-off' };
  if (severities && !severities.includes(message.notice.severity))
    return { code: 'severity-left-out', channel: id };
  if (recipient.isOutsider && !personal.has(kind)) return { code: 'no-address', channel: id };
  const reach = channel.reach(recipient);
  if (reach.reaches) return undefined;
  return reach.why === 'no-address' ? { code: 'no-address', channel: id } : { code: 'not-signed-in' };
}

/** What asks somebody to do something: without proof that they saw it the next channel has its turn. */
const asks: ReadonlySet<NoticeKind> = new Set<NoticeKind>([
  'assigned',
  'upgraded',
  'escalated',
  'reminder',
  'urged',
  'returned',
  'again',
  'resident-check',
  'family-called',
]);
export const wantsProof = ({ notice }: Message): boolean =>
  asks.has(notice.kind) || (notice.lifeSafety && notice.kind === 'told');
