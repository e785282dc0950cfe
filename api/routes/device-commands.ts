import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { commanders } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { deviceScope } from '#api/routes/latest-readings.ts';
import { answers, closed, IdParams } from '#api/schemas.ts';
import type { DeviceId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

/** Commands to devices: sent to who is connected, never kept for later, since a siren that sounds an hour late is worse than none. */
export function deviceCommandRoutes(app: Api, context: ApiContext): void {
  app.post(
    '/devices/:id/command',
    {
      config: { access: { roles: commanders, scope: deviceScope } },
      schema: {
        tags: ['devices'],
        summary: 'Send a command to a device that is connected; 409 when it is not',
        params: IdParams,
        body: closed({
          command: Type.String({ minLength: 1, maxLength: 64 }),
          args: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          id: Type.Optional(
            Type.String({
              pattern: '^[A-Za-z0-9_-]{1,64}$',
              description: 'The reply has it; made when absent',
            }),
          ),
        }),
        response: answers({ 202: Type.Object({ id: Type.String(), sent: Type.Literal(true) }) }),
      },
    },
    async (request, reply) => {
      const device = request.params.id as DeviceId;
      if (!context.configuration.device(device))
        throw new GridbellError('not-found', `There is no device ${device}.`);
      const { args = {}, command, id = randomUUID() } = request.body;
      const sent = await context.platform.sendCommand(device, { id, command, args });
      // What the arguments say may be somebody's concern; who sent what to whom is everybody's.
      request.log.info(
        { actor: callerOf(request).actor.id, device, command, id, sent },
        'command to a device',
      );
      if (!sent)
        throw new GridbellError(
          'wrong-state',
          `The device ${device} is not connected, and commands are not kept for later: send it again when it is online.`,
        );
      return reply.code(202).send({ id, sent: true });
    },
  );
}
