import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { deviceScope, none } from '#api/authorization/access.ts';
import { commanders, commandReaders } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import { CommandConfirmations, validForMs } from '#api/command-confirmations.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage } from '#api/paging.ts';
import { Anything, answers, closed, Id, IdParams, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import { DeviceCommandSchema, deviceCommandView } from '#api/views/device-command-view.ts';
import { type DeviceId, type DurationMs, day, durationMs, minute, second } from '#model/brand.ts';
import type { DeviceCommand } from '#model/device-command.ts';
import { deviceCommandCatalogue } from '#model/device-command-catalogue.ts';
import { parseDuration } from '#model/duration.ts';
import { GridbellError } from '#model/errors.ts';

/** A siren that sounds an hour late is worse than none; who wants it otherwise says so. */
const defaultExpiryMs = minute;
const longestExpiryMs = 7 * day;
/** Of a guarded one: app/engine/command-orders.ts takes no longer one. */
const guardedExpiryMs = durationMs(30 * second);
/** Of the arguments, as JSON: devices have little memory. */
const mostArgBytes = 16 * 1024;

const commandParams = closed({ id: Id, commandId: Id });
const CommandName = Type.String({ minLength: 1, maxLength: 64 });
const Args = Type.Optional(Type.Record(Type.String(), Type.Unknown()));

/** Doors are opened by people: a program has nobody to look twice. */
function accountOf({ actor }: Caller): string {
  if (actor.kind === 'account') return actor.id;
  throw new GridbellError(
    'not-allowed',
    'This is for people who are signed in with an account of their own.',
  );
}

/** Commands to devices: they wait in the ops store until the device has them, or until they expire. */
export function deviceCommandRoutes(app: Api, context: ApiContext): void {
  const tags = ['devices'];
  const confirmations = new CommandConfirmations();
  const view = (command: DeviceCommand, caller: Caller) =>
    deviceCommandView(command, caller, context.platform.now());
  const requireDevice = (id: string): DeviceId => {
    const device = context.configuration.device(id as DeviceId);
    if (!device) throw new GridbellError('not-found', `There is no device ${id}.`);
    return device.id;
  };
  const required = (device: string, id: string): DeviceCommand => {
    const command = context.reader.deviceCommand(requireDevice(device), id);
    if (!command) throw new GridbellError('not-found', `The device ${device} was given no command ${id}.`);
    return command;
  };

  app.post(
    '/devices/:id/command',
    {
      config: { access: { roles: commanders, scope: deviceScope } },
      schema: {
        tags,
        summary: 'Give a device a command; it waits for the device until it expires',
        params: IdParams,
        body: closed({
          command: CommandName,
          args: Args,
          confirmation: Type.Optional(
            Type.String({ maxLength: 64, description: 'Of a guarded command: what the first step answered' }),
          ),
          id: Type.Optional(
            Type.String({
              pattern: '^[A-Za-z0-9_-]{1,64}$',
              description:
                'The reply has it; the same id and body again answers the same command; made when absent',
            }),
          ),
          expiresIn: Type.Optional(
            Type.String({ maxLength: 24, description: 'How long it may wait: 1s to 7d; default 60s' }),
          ),
        }),
        response: answers({
          202: Type.Object({
            ...DeviceCommandSchema.properties,
            sent: Type.Boolean({ description: 'The device was connected when it was asked for' }),
          }),
        }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const device = requireDevice(request.params.id);
      const { args = {}, command, confirmation, expiresIn } = request.body;
      const taken =
        confirmation === undefined
          ? undefined
          : confirmations.take(confirmation, { account: accountOf(caller), device, command, args });
      const id = taken?.id ?? request.body.id ?? randomUUID();
      refuseLarge(args);
      const expiresInMs = expiresIn === undefined && taken ? guardedExpiryMs : expiryOf(expiresIn);
      const confirmed = taken && { confirmed: { reason: taken.reason } };
      try {
        await context.execute(caller, {
          name: 'command-device',
          device,
          id,
          command,
          args,
          expiresInMs,
          ...confirmed,
        });
      } catch (error) {
        if (error instanceof GridbellError && error.code === 'too-many-requests')
          reply.header('retry-after', Number(error.extra['retryAfterSeconds']));
        throw error;
      }
      const carrier = context.configuration.device(device)?.gateway ?? device;
      const sent = context.reader.presence(carrier)?.online ?? false;
      return reply.code(202).send({ ...view(required(device, id), caller), sent });
    },
  );

  app.get(
    '/device-commands',
    {
      config: { access: { roles: commandReaders, scope: none } },
      schema: {
        tags,
        summary: 'The commands that Gridbell knows, and which kinds of devices take them',
        response: answers({
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                name: Type.String(),
                label: Type.Object({ en: Type.String(), zh: Type.String() }),
                kinds: Type.Array(Type.String()),
                guarded: Type.Boolean({ description: 'Done in two steps, with a reason' }),
              }),
            ),
          }),
        }),
      },
    },
    async () => ({
      items: [...deviceCommandCatalogue.values()].map(({ guarded, kinds, label, name }) => ({
        name,
        label: { en: label.en ?? name, zh: label.zh ?? name },
        kinds: [...kinds],
        guarded,
      })),
    }),
  );

  app.post(
    '/devices/:id/command/confirmation',
    {
      config: { access: { roles: commanders, scope: deviceScope } },
      schema: {
        tags,
        summary:
          'The first of two steps for a guarded command, such as unlock: says what will be done, and to which device',
        params: IdParams,
        body: closed({
          command: CommandName,
          args: Args,
          reason: Type.String({ minLength: 3, maxLength: 500, description: 'Stands in the audit' }),
        }),
        response: answers({
          201: Type.Object({
            confirmation: Type.String({ description: 'To be sent along with the same command, once' }),
            validForSeconds: Type.Integer(),
            id: Type.String({ description: 'That the command will have' }),
            device: Type.String(),
            name: Type.Optional(Anything),
            place: Type.String(),
            command: Type.String(),
            connected: Type.Boolean(),
          }),
        }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const account = accountOf(caller);
      const device = requireDevice(request.params.id);
      const { args = {}, command, reason } = request.body;
      refuseLarge(args);
      const known = context.configuration.device(device);
      if (!known) throw new GridbellError('not-found', `There is no device ${device}.`);
      if (known.retired !== undefined)
        throw new GridbellError(
          'out-of-use',
          `${device} is out of use and takes no commands: put it back first.`,
        );
      const definition = deviceCommandCatalogue.get(command);
      if (!definition?.guarded || !definition.kinds.includes(known.kind))
        throw new GridbellError('invalid-input', `${command} of a ${known.kind} is not confirmed.`);
      if (reason.trim().length < 3) throw new GridbellError('invalid-input', 'reason says nothing.');
      const { confirmation, id } = confirmations.give({ account, device, command, args }, reason.trim());
      return reply.code(201).send({
        confirmation,
        validForSeconds: validForMs / second,
        id,
        device,
        ...(known.name === undefined ? {} : { name: known.name }),
        place: known.place,
        command,
        connected: context.reader.presence(known.gateway ?? device)?.online ?? false,
      });
    },
  );

  app.get(
    '/devices/:id/commands',
    {
      config: { access: { roles: commandReaders, scope: deviceScope } },
      schema: {
        tags,
        summary: 'What a device was told to do and what became of it, newest first',
        params: IdParams,
        querystring: closed(pageFields),
        response: answers({ 200: pageOf(DeviceCommandSchema) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const device = requireDevice(request.params.id);
      const page = context.reader.deviceCommands(device, pageRequest(request.query));
      return mapPage(page, (command) => view(command, caller));
    },
  );

  app.get(
    '/devices/:id/commands/:commandId',
    {
      config: { access: { roles: commandReaders, scope: deviceScope } },
      schema: {
        tags,
        summary: 'One command to a device',
        params: commandParams,
        response: answers({ 200: DeviceCommandSchema }),
      },
    },
    async (request) => view(required(request.params.id, request.params.commandId), callerOf(request)),
  );

  app.delete(
    '/devices/:id/commands/:commandId',
    {
      config: { access: { roles: commanders, scope: deviceScope } },
      schema: {
        tags,
        summary:
          'Withdraw a command that the device has not acknowledged; 409 when it has, or when it is over',
        params: commandParams,
        response: answers({ 200: DeviceCommandSchema }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { device, id } = required(request.params.id, request.params.commandId);
      await context.execute(caller, { name: 'withdraw-device-command', device, id });
      return view(required(device, id), caller);
    },
  );
}

function refuseLarge(args: object): void {
  if (Buffer.byteLength(JSON.stringify(args)) > mostArgBytes)
    throw new GridbellError('too-large', `args must have at most ${mostArgBytes} bytes as JSON.`);
}

function expiryOf(text: string | undefined): DurationMs {
  const length = text === undefined ? defaultExpiryMs : parseDuration(text);
  if (length !== undefined && length >= second && length <= longestExpiryMs) return length;
  const message = 'must be a duration from 1s to 7d, such as 90s, 15m, 1h';
  throw new GridbellError('invalid-input', `expiresIn ${message}.`, {
    extra: { issues: [{ path: 'expiresIn', message }] },
  });
}
