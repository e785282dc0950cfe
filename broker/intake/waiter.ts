/**
 * What a connection that has something to say waits for: that its CONNECT is answered, that it reads what it was told,
 * its own rate, its own messages to be on disk, a place for a large message, its turn among all, room on the disk.
 */
export type Wait = 'connack' | 'reader' | 'rate' | 'own' | 'place' | 'turn' | 'disk';

/** Somebody whom the intake keeps waiting. */
export interface Waiter {
  /** It has said nothing for a while: it goes before those who talk. */
  readonly isQuiet: boolean;
  /** Some of its messages go before all others. */
  readonly isVital: boolean;
  /** What it waited for has come; with `isTurn` it may hand in `messagesOfTurn` at once. */
  wake(isTurn?: boolean): void;
}

/** Messages that one who waited may hand in at its turn. */
export const messagesOfTurn = 8;
