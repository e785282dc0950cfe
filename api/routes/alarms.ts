import { Type } from 'typebox';
import { filtered, idOf, placesOf, visiblePlaces } from '#api/authorization/access.ts';
import { observers, responders } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { mapPage } from '#api/paging.ts';
import {
  answers,
  closed,
  Id,
  IdParams,
  oneOf,
  PlaceList,
  pageFields,
  pageOf,
  pageRequest,
  rangeFields,
  rangeOf,
} from '#api/schemas.ts';
import { AlarmSchema, alarmView } from '#api/views/alarm-view.ts';
import { type Alarm, dispositions, severities } from '#model/alarm.ts';
import type { AlarmId, DeviceId, RuleId } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';

const Comment = Type.Optional(Type.String({ maxLength: 2_000 }));

export function alarmRoutes(app: Api, context: ApiContext): void {
  const tags = ['alarms'];
  const scope = placesOf((request) => {
    const alarm = context.reader.alarm(idOf(request) as AlarmId);
    return alarm ? [alarm.place] : [];
  });
  const required = (id: string): Alarm => {
    const alarm = context.reader.alarm(id as AlarmId);
    if (!alarm) throw new GridbellError('not-found', `There is no alarm ${id}.`);
    return alarm;
  };

  app.get(
    '/alarms',
    {
      config: { access: { roles: observers, scope: filtered } },
      schema: {
        tags,
        summary: 'Alarms in your places, newest first',
        querystring: closed({
          ...pageFields,
          state: Type.Optional(
            Type.Unsafe<'active' | 'cleared' | 'standing'>({
              ...oneOf(['active', 'cleared', 'standing']),
              description: 'standing: active, or an event whose task is still to be handled, as in /overview',
            }),
          ),
          ack: Type.Optional(Type.Boolean()),
          severity: Type.Optional(oneOf(severities)),
          place: Type.Optional(PlaceList),
          rule: Type.Optional(Id),
          device: Type.Optional(Id),
          ...rangeFields,
        }),
        response: answers({ 200: pageOf(AlarmSchema) }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { state, ack, severity, place, rule, device } = request.query;
      const places = visiblePlaces(caller, place, context);
      const page = context.reader.alarms(
        {
          ...(await stateFilter(state, context)),
          ...(ack === undefined ? {} : { ack }),
          ...(severity === undefined ? {} : { severity }),
          ...(places === undefined ? {} : { places }),
          ...(rule === undefined ? {} : { rule: rule as RuleId }),
          ...(device === undefined ? {} : { device: device as DeviceId }),
          ...rangeOf(request.query),
        },
        pageRequest(request.query),
      );
      return mapPage(page, (alarm) => alarmView(alarm, caller, context));
    },
  );

  app.get(
    '/alarms/:id',
    {
      config: { access: { roles: observers, scope } },
      schema: { tags, summary: 'One alarm', params: IdParams, response: answers({ 200: AlarmSchema }) },
    },
    async (request) => alarmView(required(request.params.id), callerOf(request), context),
  );

  app.post(
    '/alarms/:id/acknowledge',
    {
      config: { access: { roles: responders, scope } },
      schema: {
        tags,
        summary: 'Somebody saw it',
        params: IdParams,
        body: closed({ comment: Comment }),
        response: answers({ 200: AlarmSchema }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = required(request.params.id);
      const { comment } = request.body;
      await context.execute(caller, {
        name: 'acknowledge-alarm',
        alarm: id,
        ...(comment === undefined ? {} : { comment }),
      });
      return alarmView(required(id), caller, context);
    },
  );

  app.post(
    '/alarms/:id/dispose',
    {
      config: { access: { roles: responders, scope } },
      schema: {
        tags,
        summary: 'Say in the end what it was',
        params: IdParams,
        body: closed({ disposition: oneOf(dispositions), comment: Comment }),
        response: answers({ 200: AlarmSchema }),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = required(request.params.id);
      const { disposition, comment } = request.body;
      await context.execute(caller, {
        name: 'dispose-alarm',
        alarm: id,
        disposition,
        ...(comment === undefined ? {} : { comment }),
      });
      return alarmView(required(id), caller, context);
    },
  );
}

async function stateFilter(state: 'active' | 'cleared' | 'standing' | undefined, { openWork }: ApiContext) {
  if (state === undefined) return {};
  if (state !== 'standing') return { state };
  const { alarms } = await openWork.current();
  return { ids: alarms.map(({ id }) => id) };
}
