import { type Static, Type } from 'typebox';
import { isInScope, placesOf } from '#api/authorization/access.ts';
import { posters } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import type { Allowance } from '#api/leaky-buckets.ts';
import { answers, closed, Id, instantOf, nullable, oneOf } from '#api/schemas.ts';
import { Turns } from '#api/turns.ts';
import { AlarmSchema, alarmView } from '#api/views/alarm-view.ts';
import { type Evidence, noDevice, severities } from '#model/alarm.ts';
import type { AlarmId, DeviceId, PlaceId, RuleId } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';
import type { Posted } from '#model/posted-alarm.ts';
import { type LocalText, localTextOf } from '#model/text.ts';

/**
 * Alarms that come in a moment, as of a panel that lost its mains, are many; a flow that runs away says as many in each. What is
 * beyond the first of them comes evenly: all at once they would hold up what sensors say (docs/decisions/237).
 */
const pace: Allowance = { burst: 30, refillMs: 100 };
/** As much more as an admin may change. */
const paceOfAdmin: Allowance = { burst: 300, refillMs: 10 };

const longestTitle = 200;
const mostEvidence = 20;

/** Of a caller: as long as times of queries may be. */
const GivenInstant = Type.String({ format: 'date-time', maxLength: 64 });

/** Printable: it stands in the audit, in a line. */
const Word = (description: string) =>
  Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]+$', description });

const name = {
  rule: Type.String({
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    description: 'An id of your own; 409 when a rule of the community has it',
  }),
  id: Word('Your own; the same again with rule and key is done once, for ever'),
};

const Raise = closed({
  ...name,
  key: Type.Optional(Word('At most one alarm stands for rule and key; default: the device, or the place')),
  category: Type.String({ minLength: 1, maxLength: 64 }),
  severity: oneOf(severities),
  place: Type.Optional(Id),
  device: Type.Optional(Id),
  title: Type.Optional(
    Type.Union([Type.String({ maxLength: longestTitle }), localTextOf(longestTitle)], {
      description: 'Of the alarm and its task; {place}, {device}, {resident} and {value} are filled in',
    }),
  ),
  lifeSafety: Type.Optional(Type.Boolean({ description: 'Default false; for the role admin' })),
  at: Type.Optional(GivenInstant),
  evidence: Type.Optional(
    Type.Array(
      closed({
        property: Type.String({ minLength: 1, maxLength: 100 }),
        value: Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 200 })]),
        at: Type.Optional(GivenInstant),
      }),
      { maxItems: mostEvidence },
    ),
  ),
});

/** Alarms that no rule raises: a flow, or another system, says that one begins and ends. */
export function postedAlarmRoutes(app: Api, context: ApiContext): void {
  const tags = ['alarms'];
  const turns = new Turns({ most: 2, mostWaiting: 200, clock: context.wallClock });
  app.addHook('preClose', async () => turns.end());
  const inTurn = (caller: Caller, command: Command): Promise<unknown> =>
    turns.take(`${caller.actor.kind} ${caller.actor.id}`, paceOf(caller), () =>
      context.execute(caller, command),
    );
  const whereOf = ({ device, place }: Pick<Static<typeof Raise>, 'device' | 'place'>) =>
    device === undefined ? place : (context.configuration.device(device as DeviceId)?.place ?? place);
  const scope = placesOf((request) => {
    const place = whereOf(request.body as Static<typeof Raise>);
    return place === undefined ? [] : [place as PlaceId];
  });
  const seen = (id: AlarmId, caller: ReturnType<typeof callerOf>) => {
    const alarm = context.reader.alarm(id);
    if (!alarm) throw new GridbellError('not-found', `There is no alarm ${id}.`);
    // What was asked for before by somebody else, elsewhere.
    if (!isInScope(caller, alarm.place, context))
      throw new GridbellError('not-allowed', 'The alarm lies at a place that is not yours.');
    return alarmView(alarm, caller, context);
  };

  app.post(
    '/alarms',
    {
      config: { access: { roles: posters, scope }, isBounded: true },
      schema: {
        tags,
        summary: 'Raise an alarm that no rule raises; 200 with what stands where there is nothing new',
        body: Raise,
        response: answers({ 200: AlarmSchema, 201: AlarmSchema }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { at, category, evidence = [], id, lifeSafety = false, rule, severity, title } = request.body;
      const { device, place } = targetOf(request.body, context);
      const text = titleOf(title);
      const posted = (await inTurn(caller, {
        name: 'raise-alarm',
        rule: rule as RuleId,
        key: (request.body.key ?? (device === noDevice ? place : device)).toWellFormed(),
        id: id.toWellFormed(),
        category,
        severity,
        lifeSafety,
        place,
        device,
        ...(text === undefined ? {} : { title: text }),
        ...(at === undefined ? {} : { at: instantOf(at, 'at') }),
        evidence: evidence.map((entry, index) => evidenceOf(entry, index, at ?? null, context)),
        within: caller.places,
      })) as Posted;
      const view = seen(posted.alarm ?? ('' as AlarmId), caller);
      return reply.code(posted.did === 'raised' ? 201 : 200).send(view);
    },
  );

  app.post(
    '/alarms/clear',
    {
      config: { access: { roles: posters, scope: ownAlarms }, isBounded: true },
      schema: {
        tags,
        summary: 'End the alarm that was raised so for rule and key; null when none stands',
        body: closed({ ...name, key: Word('As the alarm was raised with') }),
        response: answers({ 200: nullable(AlarmSchema) }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, key, rule } = request.body;
      const posted = (await inTurn(caller, {
        name: 'clear-alarm',
        rule: rule as RuleId,
        key: key.toWellFormed(),
        id: id.toWellFormed(),
        within: caller.places,
      })) as Posted;
      const view = posted.alarm === null ? null : seen(posted.alarm, caller);
      // As text: an answer of null would be sent without a body.
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(view) as never);
    },
  );
}

const paceOf = ({ actor, role }: Caller): Allowance | null => {
  if (actor.kind === 'operator') return null;
  return role === 'admin' ? paceOfAdmin : pace;
};

/** Whether it is the caller's is known to the engine alone, when its turn comes. */
const ownAlarms = { kind: 'filtered' } as const;

/** Where it is: the device's place, or the place itself. */
function targetOf(
  { device: deviceId, place }: Pick<Static<typeof Raise>, 'device' | 'place'>,
  { configuration }: ApiContext,
): { readonly device: DeviceId; readonly place: PlaceId } {
  if (deviceId === undefined) {
    if (place === undefined) throw invalid('place', 'one of place and device must be there');
    return { device: noDevice, place: place as PlaceId };
  }
  const device: Device | undefined = configuration.device(deviceId as DeviceId);
  if (!device)
    throw new GridbellError('unknown-reference', `There is no device ${deviceId}.`, {
      extra: { issues: [{ path: 'device', message: `there is no device ${deviceId}` }] },
    });
  if (place !== undefined && place !== device.place)
    throw invalid('place', `the device is at ${device.place}: leave the place out`);
  return { device: device.id, place: device.place };
}

/** One line; a blank one is none. */
function titleOf(title: Static<typeof Raise>['title']): LocalText | undefined {
  const given = typeof title === 'string' ? { zh: title, en: title } : (title ?? {});
  const lines = Object.entries(given)
    // Control characters would break the line of a message.
    .map(([language, text]) => [
      language,
      text
        .toWellFormed()
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
        .trim(),
    ])
    .filter(([, text]) => text !== '');
  return lines.length === 0 ? undefined : Object.fromEntries(lines);
}

type GivenEvidence = NonNullable<Static<typeof Raise>['evidence']>[number];

function evidenceOf(
  { at, property, value }: GivenEvidence,
  index: number,
  alarmAt: string | null,
  { platform }: ApiContext,
): Evidence {
  const when = at ?? alarmAt;
  return {
    property: property.toWellFormed(),
    value: typeof value === 'string' ? value.toWellFormed() : value,
    at: when === null ? platform.now() : instantOf(when, `evidence[${index}].at`),
  };
}

const invalid = (path: string, message: string): GridbellError =>
  new GridbellError('invalid-input', `${path}: ${message}.`, { extra: { issues: [{ path, message }] } });
