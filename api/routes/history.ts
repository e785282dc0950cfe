import { Type } from 'typebox';
import { everywhere } from '#api/authorization/access.ts';
import { admins } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { answers, closed, Id, Instant, nullable } from '#api/schemas.ts';
import type { DeviceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { formatDuration } from '#model/duration.ts';
import { GridbellError } from '#model/errors.ts';
import type { Keeping, Retention } from '#model/retention.ts';
import type { HistoryStatus } from '#store/history/history.ts';

const KeepingSchema = Type.Object({ readings: nullable(Type.String()), rollups: nullable(Type.String()) });
const Status = Type.Object({
  bytes: Type.Integer({ description: '0: not known' }),
  days: Type.Integer(),
  unsortedDays: Type.Integer({ description: 'Days that are not in order; today is one of them' }),
  daysWithoutRollups: Type.Integer({ description: 'Days that are over and have none yet' }),
  series: Type.Integer(),
  oldest: nullable(Instant),
  newest: nullable(Instant),
  isErasing: Type.Boolean(),
  retention: Type.Object(
    {
      classes: Type.Record(Type.String(), KeepingSchema),
      properties: Type.Record(Type.String(), KeepingSchema),
    },
    { description: 'How long what is kept; null: for good' },
  ),
});

const Erased = Type.Object({
  devices: Type.Array(Type.String()),
  readings: Type.Integer(),
  rollups: Type.Integer(),
});

/** How history is, and what only an admin has done to it: roll-ups made anew, the file written anew, somebody's data erased. */
export function historyRoutes(app: Api, context: ApiContext): void {
  const { history, retention } = context.platform;
  const status = async () => ({ ...statusView(await history.status()), retention: retentionView(retention) });
  const config = { access: { roles: admins, scope: everywhere } };
  const tags = ['history'];

  app.get(
    '/history',
    {
      config,
      schema: { tags, summary: 'How large history is and in what order', response: answers({ 200: Status }) },
    },
    status,
  );

  app.post(
    '/history/rebuild',
    {
      config,
      schema: {
        tags,
        summary: 'Make all roll-ups anew from the readings; answers when that is done',
        response: answers({ 200: Status }),
      },
    },
    async (request) => {
      await history.rebuild();
      await note(request, 'all roll-ups were made anew');
      return status();
    },
  );

  app.post(
    '/history/compact',
    {
      config,
      schema: {
        tags,
        summary:
          'Write the files anew, so that the disk gets back what is free in them; answers when that is done',
        response: answers({ 200: Status }),
      },
    },
    async (request) => {
      await history.compact();
      await note(request, 'the files were written anew');
      return status();
    },
  );

  app.post(
    '/history/erasures',
    {
      config,
      schema: {
        tags,
        summary:
          'Erase all that a device, or the devices of a resident, ever said; answers when no byte of it is left in the files of history',
        body: closed({ device: Type.Optional(Id), resident: Type.Optional(Id) }),
        response: answers({ 200: Erased }),
      },
    },
    async (request) => {
      const { device, resident } = request.body;
      if ((device === undefined) === (resident === undefined))
        throw new GridbellError('invalid-input', 'Name a device or a resident.');
      const caller = callerOf(request);
      const devices =
        device === undefined
          ? [...context.configuration.devices()]
              .filter((each) => each.resident === resident)
              .map(({ id }) => id)
          : [device as DeviceId];
      // A device that is gone may have left readings behind; a resident who is gone has no devices any more.
      if (resident !== undefined && devices.length === 0)
        throw new GridbellError(
          'not-found',
          `No device belongs to ${resident}: name the devices one by one.`,
        );
      const reason =
        resident === undefined ? 'erased from history' : `erased from history: was of ${resident}`;
      const subjects = resident === undefined ? [] : [resident];
      await context.execute(caller, { name: 'erase-devices', devices, subjects, reason });
      const erased = await history.erase([...devices, ...subjects]).catch((error: unknown) => {
        if (!(error instanceof GridbellError) || error.code !== 'not-ready') throw error;
        throw new GridbellError(
          'not-ready',
          `${error.message}. The erasure is noted: it is done as soon as history answers, and you need not ask again.`,
          { cause: error },
        );
      });
      const detail = `${erased.readings} readings and ${erased.rollups} roll-ups of ${devices.join(', ')} are erased`;
      await context.execute(caller, { name: 'note-history', lines: [{ target: 'history', detail }] });
      return { devices, ...erased };
    },
  );

  const note = async (request: Parameters<typeof callerOf>[0], detail: string): Promise<void> => {
    await context.execute(callerOf(request), {
      name: 'note-history',
      lines: [{ target: 'history', detail }],
    });
  };
}

const statusView = ({ newest, oldest, ...status }: HistoryStatus) => ({
  ...status,
  newest: newest === null ? null : iso(newest),
  oldest: oldest === null ? null : iso(oldest),
});

const keepingView = ({ readingsMs, rollupsMs }: Keeping) => ({
  readings: readingsMs === null ? null : formatDuration(readingsMs),
  rollups: rollupsMs === null ? null : formatDuration(rollupsMs),
});

const viewOfEach = (keepings: Readonly<Record<string, Keeping>>) =>
  Object.fromEntries(Object.entries(keepings).map(([name, keeping]) => [name, keepingView(keeping)]));

const retentionView = ({ classes, properties }: Retention) => ({
  classes: viewOfEach(classes),
  properties: viewOfEach(properties),
});
