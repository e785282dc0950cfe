/** How much the broker takes of one and of all; a public broker without limits serves whoever shouts loudest. */
export interface BrokerLimits {
  /** Connections at a time; one that comes on top is closed. */
  readonly connections: number;
  /** … of one address. A whole community may stand behind one. */
  readonly connectionsOfAddress: number;
  /** Connections that are let in a second; more than these wait, unread, in the order in which they came. */
  readonly connectsPerSecond: number;
  /** Connections that wait to be let in; one that comes on top is closed. */
  readonly waitingConnects: number;
  /** How long a connection may take for its CONNECT. */
  readonly connectWithinMs: number;
  /** Packets a second of a device, after a burst of twice as many; a gateway has ten times that, an operator no such limit. */
  readonly packetsPerSecond: number;
  /** Bytes a second of a device, after a burst of eight seconds' worth; a gateway has ten times that. */
  readonly bytesPerSecond: number;
  /** Messages of one connection that are on their way to the disk. */
  readonly underWayOfConnection: number;
  /** Messages of all connections that are on their way to the disk: what a quiet device waits behind, some 15 ms. */
  readonly underWay: number;
  /** Their bytes. */
  readonly bytesUnderWay: number;
  /** Messages above 64 KiB that come in at a time; each is put together in memory. */
  readonly largeAtOnce: number;
  /** One that takes longer is cut off when others wait. */
  readonly largeWithinMs: number;
  /** Records that the engine may be behind; who talks much waits then, so that an alarm does not wait behind the talk. */
  readonly engineBehind: number;
  /**
   * Messages a second of a life-safety device or a gateway, all its connections together, that go before all others, and
   * into the disk's reserve; burst of twenty.
   */
  readonly vitalPerSecond: number;
  /** A longer message is no alarm alone, and the reserve is not for it. */
  readonly vitalBytes: number;
  /** A client that we keep waiting for so long is answered its pings all the same. */
  readonly answerPingsAfterMs: number;
  /** Messages wait this long for room on the disk before their connection is closed. */
  readonly patienceMs: number;
}

export const defaultLimits: BrokerLimits = {
  connections: 20_000,
  connectionsOfAddress: 10_000,
  connectsPerSecond: 2_000,
  waitingConnects: 10_000,
  connectWithinMs: 10_000,
  packetsPerSecond: 5_000,
  bytesPerSecond: 2 * 2 ** 20,
  underWayOfConnection: 128,
  underWay: 512,
  bytesUnderWay: 64 * 2 ** 20,
  largeAtOnce: 16,
  largeWithinMs: 60_000,
  engineBehind: 4_000,
  vitalPerSecond: 2,
  vitalBytes: 8 * 2 ** 10,
  answerPingsAfterMs: 1_000,
  patienceMs: 30_000,
};
