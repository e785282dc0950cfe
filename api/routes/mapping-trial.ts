import { type Static, Type } from 'typebox';
import { isInScope, none } from '#api/authorization/access.ts';
import { managers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { type MappingEntry, mappingText, readMapping, readMappingText } from '#api/mappings/mapping-text.ts';
import { type Sample, tryMapping } from '#api/mappings/try-out.ts';
import { Anything, answers, closed, Id, Instant, nullable, oneOf } from '#api/schemas.ts';
import { suggestMapping } from '#ingest/mapping/suggest.ts';
import type { DeviceId } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';
import { Mapping, MappingIdSchema } from '#model/mapping.ts';
import { quarantineReasons } from '#model/quarantine.ts';

const bodyLimit = 1024 * 1024;
const mostSamples = 100;

const SampleBody = closed({
  topic: Type.String({ maxLength: 65_535 }),
  payload: Type.Optional(
    Type.Unknown({
      description: 'A text is taken as it is, anything else as JSON; absent: an empty payload',
    }),
  ),
  base64: Type.Optional(
    Type.String({
      maxLength: bodyLimit,
      description: 'Instead of payload: its bytes, as GET /quarantine has them',
    }),
  ),
});
const Samples = Type.Array(SampleBody, { maxItems: mostSamples });

const Problem = Type.Object({
  mapping: nullable(Type.String()),
  path: Type.String(),
  line: nullable(Type.Integer({ description: 'From 1; null: it came as JSON' })),
  column: nullable(Type.Integer()),
  message: Type.String(),
  isRemark: Type.Boolean({ description: 'It may be meant so, and stops nothing' }),
});
const Refused = Type.Object({
  reason: oneOf(quarantineReasons),
  property: nullable(Type.String()),
  detail: Type.String(),
});
const Reading = Type.Object({
  at: Instant,
  property: Type.String(),
  value: Type.Union([Type.Number(), Type.Boolean(), Type.String()]),
  unit: nullable(Type.String()),
  given: Type.Unknown({ description: 'As it stood in the message' }),
  givenUnit: nullable(Type.String()),
  by: nullable(Type.String({ description: 'By which part of the mapping: `messages[0].values[2]`' })),
  isPast: Type.Boolean({ description: 'History, and no alarm' }),
  isReceipt: Type.Boolean({ description: 'The time is that of receipt' }),
  isUnknown: Type.Boolean({ description: 'Not in the catalogue' }),
});
const TriedDevice = Type.Object({
  address: nullable(Type.String({ description: 'null: the gateway itself' })),
  device: nullable(Type.String({ description: 'That of `gateway`; null: it would be a new one' })),
  name: nullable(Type.String()),
  model: nullable(Type.String()),
  kind: nullable(Type.String()),
  online: nullable(Type.Boolean()),
  readings: Type.Array(Reading),
  refused: Type.Array(Refused),
});
const Tried = Type.Object(
  {
    mapping: nullable(Mapping),
    problems: Type.Array(Problem),
    samples: Type.Array(
      Type.Object({
        topic: Type.String(),
        outcome: oneOf(['read', 'partly', 'refused', 'known', 'passed']),
        by: nullable(Type.String()),
        devices: Type.Array(TriedDevice),
        refused: Type.Array(Refused),
        notes: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
        unread: Type.Array(Type.String(), { description: 'What stands in it and no path leads to' }),
      }),
      { description: 'One for each, in their order; empty while the mapping has faults' },
    ),
  },
  { title: 'MappingTrial' },
);
const TryBody = closed({
  mapping: Type.Optional(Anything),
  text: Type.Optional(Type.String({ maxLength: 500_000, description: 'A mapping as YAML, instead' })),
  id: Type.Optional(Id),
  gateway: Type.Optional(Id),
  samples: Type.Optional(Samples),
});

/** Mappings without consequences: what messages would become, and a first mapping for some. */
export function mappingTrialRoutes(app: Api, context: ApiContext): void {
  const tags = ['mappings'];

  app.post(
    '/mappings/try',
    {
      bodyLimit,
      config: { access: { roles: managers, scope: none } },
      schema: {
        tags,
        summary:
          'What samples would become by a mapping (itself, its text, or the id of one), and what is wrong with it',
        body: TryBody,
        response: answers({ 200: Tried }),
      },
    },
    async (request) => {
      const { gateway, samples = [] } = request.body;
      const { mapping, problems } = entryOf(request.body, context);
      const isSound = mapping !== undefined && problems.every(({ isRemark }) => isRemark);
      const known = gateway === undefined ? undefined : carriedBy(gateway, callerOf(request), context);
      return {
        mapping: mapping ?? null,
        problems: [...problems],
        samples: isSound
          ? tryMapping({
              mapping,
              samples: samples.map(sampleOf),
              now: context.wallClock.now(),
              timezone: context.configuration.timezone,
              known,
            })
          : [],
      } as Static<typeof Tried>;
    },
  );

  app.post(
    '/mappings/suggest',
    {
      bodyLimit,
      config: { access: { roles: managers, scope: none } },
      schema: {
        tags,
        summary: 'A first mapping for samples, guessed by names, units and ranges: to be looked at',
        body: closed({ id: Type.Optional(MappingIdSchema), samples: Samples }),
        response: answers({ 200: Type.Object({ mapping: Mapping, text: Type.String() }) }),
      },
    },
    async (request) => {
      const { id = 'new', samples } = request.body;
      if (samples.length === 0) throw new GridbellError('invalid-input', 'There is no sample to look at.');
      const mapping = suggestMapping(samples.map(sampleOf), id);
      return { mapping, text: mappingText(mapping) };
    },
  );
}

/** By one of the three. Throws invalid-input, not-found. */
function entryOf({ id, mapping, text }: Static<typeof TryBody>, { reader }: ApiContext): MappingEntry {
  const given = [id, mapping, text].filter((each) => each !== undefined);
  if (given.length !== 1) throw new GridbellError('invalid-input', 'One of mapping, text and id says which.');
  if (mapping !== undefined) return readMapping(mapping);
  if (text !== undefined) {
    const entries = readMappingText(text);
    const problems = entries.flatMap((entry) => entry.problems);
    return { mapping: entries[0]?.mapping, problems };
  }
  const stored = reader.get('mapping', id ?? '');
  if (stored === undefined) throw new GridbellError('not-found', `There is no mapping ${id}.`);
  return readMapping(stored.body);
}

function sampleOf({ base64, payload, topic }: Static<typeof SampleBody>): Sample {
  if (base64 !== undefined) return { topic, payload: Buffer.from(base64, 'base64') };
  if (payload === undefined) return { topic, payload: new Uint8Array() };
  return { topic, payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)) };
}

/** Whom the gateway carries already, as far as the caller may know. */
function carriedBy(gateway: string, caller: Caller, context: ApiContext) {
  const { configuration } = context;
  return (address: string): Device | undefined => {
    const device = configuration.carried(gateway as DeviceId, address);
    return device && isInScope(caller, device.place, context) ? device : undefined;
  };
}
