import { authenticationRefusals } from '#broker/authentication.ts';
import { guardRefusals } from '#broker/guards/guards.ts';
import { doorRefusals } from '#broker/intake/doorkeeper.ts';
import type { BrokerLimits } from '#broker/limits.ts';
import { topicRefusals } from '#broker/topic-rights.ts';

interface BrokerGuard {
  readonly name: string;
  /** What happens to who meets it. */
  readonly does: string;
  readonly limits: readonly (keyof BrokerLimits)[];
  /** The reasons of `gridbell_mqtt_refused_total` that it gives. */
  readonly refusals: readonly string[];
}

/**
 * All that stands between a stranger and the inbox, in the order in which a connection meets it; none of it is in aedes.
 * Who speaks too much waits, unread; who speaks wrong is refused.
 */
export const brokerGuards = [
  {
    name: 'the door (intake/doorkeeper.ts)',
    does: 'closes connections above the limits; those that come too fast wait, unread',
    limits: ['connections', 'connectionsOfAddress', 'connectsPerSecond', 'waitingConnects'],
    refusals: doorRefusals,
  },
  {
    name: 'packets (guards/guards.ts)',
    does: 'closes the connection at the first packet that is too large or malformed, before any of it is kept',
    limits: ['connectWithinMs'],
    refusals: guardRefusals,
  },
  {
    name: 'who it is (authentication.ts, hooks.ts)',
    does: 'answers CONNACK with the reason and closes',
    limits: [],
    refusals: [
      'protocol-version',
      'client-id-missing', // empty, and a session that outlives the connection
      ...authenticationRefusals,
      'will-refused',
      'store-unavailable', // the look-ups failed
      'closing',
    ],
  },
  {
    name: 'sessions (sessions.ts)',
    does: 'answers CONNACK 3, or SUBACK 0x80',
    limits: [],
    refusals: ['too-many-sessions', 'too-many-subscriptions'],
  },
  {
    name: 'pace (intake/gate.ts, intake/intake.ts)',
    does: 'lets the connection wait, unread: for its own rate, its messages under way, its turn, its own reading',
    limits: [
      'packetsPerSecond',
      'bytesPerSecond',
      'underWayOfConnection',
      'underWay',
      'bytesUnderWay',
      'largeAtOnce',
      'largeWithinMs',
      'engineBehind',
      'vitalPerSecond',
    ],
    refusals: ['too-slow', 'too-many-large'], // a large message, while others wait; over WebSocket, none may wait
  },
  {
    name: 'topics (topic-rights.ts)',
    does: 'closes the connection at a message, answers 0x80 to a subscription',
    limits: [],
    refusals: [...topicRefusals, 'not-connected'],
  },
  {
    name: 'room on the disk (intake/patient-inbox.ts)',
    does: 'lets all wait that is not vital, then closes the connection; nothing is acknowledged',
    limits: ['patienceMs', 'vitalBytes'],
    refusals: ['inbox-refused'],
  },
  {
    name: 'keep-alive (keep-alive.ts)',
    does: 'ends a connection that is silent; answers the pings of one that we keep waiting',
    limits: ['answerPingsAfterMs'],
    refusals: [],
  },
] as const satisfies readonly BrokerGuard[];

/** Every reason for which the broker refuses a connection, a message or a subscription. */
export type Refusal = (typeof brokerGuards)[number]['refusals'][number];
