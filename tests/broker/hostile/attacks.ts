import { self, turned, turnedGateways } from '#tests/broker/hostile/community.ts';
import { hostileFrame } from '#tests/broker/hostile/frames.ts';
import { type Mutation, mutate, mutation } from '#tests/broker/hostile/mutations.ts';
import { clientId } from '#tests/broker/hostile/texts.ts';
import { fc } from '#tests/support/properties.ts';

/** How a client that has a token comes in before it turns hostile. */
const signIn = fc.record({
  device: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...turned) },
    { weight: 1, arbitrary: fc.constantFrom(...turnedGateways) },
  ),
  clean: fc.integer({ min: 0, max: 3 }).map((number) => number > 0),
  clientId: clientId.map((id) => id.slice(0, 64) || 'c'),
  keepAliveSeconds: fc.constantFrom(0, 60, 65_535),
  /** It has a will that it may have. */
  hasWill: fc.boolean(),
  /** It subscribes to its commands, and acknowledges each twice. */
  isListening: fc.boolean(),
  /** It does not wait for the CONNACK. */
  isHasty: fc.boolean(),
});

/** What is done to the frames of WebSocket; `binary` is what MQTT asks for. */
export const webSocketTricks = [
  'binary',
  'binary',
  'binary',
  'fragmented',
  'text',
  'unmasked',
  'reserved-bits',
  'reserved-opcode',
  'long-control',
  'huge-length',
  'ping-between',
  'close-between',
] as const;

const way = fc.oneof(
  { weight: 70, arbitrary: fc.constant({ kind: 'tcp' as const }) },
  {
    weight: 28,
    arbitrary: fc.record({
      kind: fc.constant('web-socket' as const),
      trick: fc.constantFrom(...webSocketTricks),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'tls' as const }) },
);

/** The frame with the sender's name for `self`. */
function named(frame: Buffer, device: string): Buffer {
  const copy = Buffer.from(frame);
  for (let at = copy.indexOf(self); at >= 0; at = copy.indexOf(self, at + self.length))
    copy.write(device, at);
  return copy;
}

/** Short enough to be read in a failure's message. */
const describe = ({ frames, ...rest }: { readonly frames: readonly Buffer[] }): string =>
  JSON.stringify({ ...rest, frames: frames.map(hex) });
const hex = (frame: Buffer): string =>
  frame.length <= 80 ? frame.toString('hex') : `${frame.toString('hex', 0, 80)}… ${frame.length} bytes`;

/** One connection of somebody hostile. */
export const attack = fc
  .record({
    way,
    /** The last byte of its loopback address. */
    source: fc.integer({ min: 2, max: 60 }),
    signIn: fc.option(signIn, { nil: null, freq: 8 }),
    frames: fc.array(hostileFrame, { minLength: 1, maxLength: 8 }),
    mutations: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Mutation[]>([]) },
      { weight: 2, arbitrary: fc.array(mutation, { maxLength: 3 }) },
    ),
    /** Sizes of the single writes, in turn; none: one write for each frame. */
    writes: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }) },
    ),
    ending: fc.constantFrom('end' as const, 'end' as const, 'reset' as const),
  })
  .map(({ frames, mutations, ...rest }) => ({
    ...rest,
    frames: mutations
      .reduce<readonly Buffer[]>(mutate, frames)
      .filter((frame) => frame.length > 0)
      .map((frame) => named(frame, rest.signIn?.device ?? 'nobody-0')),
  }))
  .map((one) => ({ ...one, [fc.toStringMethod]: () => describe(one) }));

export type Attack = typeof attack extends fc.Arbitrary<infer T> ? T : never;
