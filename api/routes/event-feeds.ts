import { type Static, type TSchema, Type } from 'typebox';
import { filtered, isInScope } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { maySeeTask } from '#api/authorization/task-concern.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { type EventPage, readEvents } from '#api/feed/event-reader.ts';
import { Names, namesOf, Wait } from '#api/feed/feed-fields.ts';
import { lookUntil } from '#api/feed/look-until.ts';
import type { Waiting } from '#api/feed/waiting.ts';
import { answers, closed, Instant, PlaceList } from '#api/schemas.ts';
import { AlarmSchema, alarmView } from '#api/views/alarm-view.ts';
import { readerOf, type TaskReader, TaskSchema, taskView } from '#api/views/task-view.ts';
import { type Alarm, alarmChanges } from '#model/alarm.ts';
import type { PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { Task } from '#model/task.ts';

const defaultLimit = 100;
/** A task may have 50 entries of its history. */
const mostItems = 500;

const cursorPattern = '^\\d{1,15}$';

const page = {
  after: Type.Optional(
    Type.String({
      pattern: cursorPattern,
      description: '`next` of the answer before, or `position` of a change; without it: from now',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: mostItems, description: `Default ${defaultLimit}` }),
  ),
  wait: Wait,
};
const selection = {
  category: Names('Of this category'),
  severity: Names('Of this severity, as it is then'),
  place: Type.Optional(PlaceList),
};
const alarmQuery = closed({
  ...page,
  ...selection,
  rule: Names('Of this rule'),
  device: Names('Of this device'),
  change: Names(`Where this happened: ${alarmChanges.join(', ')}`),
});
const taskQuery = closed({
  ...page,
  ...selection,
  state: Names('Of this state, as it is then'),
  assignee: Names('Of this person, as it is then'),
  change: Names(
    'Where this action is among what happened (GET /task-transitions, and those of time and alarms)',
  ),
});

const Feed = <Of extends TSchema>(name: string, of: Of, words: string) =>
  Type.Object({
    items: Type.Array(
      Type.Object({
        position: Type.String({
          description: 'Of this change alone, for ever; as `after` it leads behind it',
        }),
        at: Instant,
        changes: Type.Array(Type.String(), { description: words }),
        [name]: of,
      }),
    ),
    next: Type.String(),
    more: Type.Boolean({ description: 'There is more to look through behind `next` at once' }),
  });

/** Changes of alarms and tasks in the order in which they happened, for programs that must miss none. */
export function eventFeedRoutes(app: Api, context: ApiContext, waiting: Waiting): void {
  const access = { roles: observers, scope: filtered };

  const follow = async <Item>(
    request: { readonly caller: Caller; readonly after: string | undefined; readonly wait: number },
    reply: Parameters<typeof lookUntil>[1],
    read: (after: number) => EventPage<Item>,
  ) => {
    const { after, caller, wait } = request;
    if (after === undefined) return { items: [], next: String(context.reader.lastEventSeq()), more: false };
    let found: EventPage<Item> = { items: [], next: Number(after), isAll: true };
    const look = (): boolean => {
      const before = found.next;
      found = read(before);
      // Behind the look: what was deleted until then may be what it did not find.
      checkKept(before, context);
      return found.items.length === 0 && found.isAll;
    };
    await lookUntil(look, reply, {
      caller: `${caller.actor.kind} ${caller.actor.id}`,
      listen: (ring) => context.platform.whenHappened(ring),
      waitSeconds: wait,
      waiting,
    });
    return { items: found.items, next: String(found.next), more: !found.isAll };
  };

  app.get(
    '/alarms/feed',
    {
      config: { access },
      schema: {
        tags: ['alarms'],
        summary:
          'What becomes of alarms, in order, behind a cursor: each change at least once, waiting where there is none',
        querystring: alarmQuery,
        response: answers({
          200: Feed('alarm', AlarmSchema, `What it was: ${alarmChanges.join(', ')}; empty: not known`),
        }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { after, limit = defaultLimit, wait = 0 } = request.query;
      const wanted = wantedOf(request.query, context);
      const { device, rule } = namesOf(request.query, ['device', 'rule']);
      const itemOf = (event: StreamEvent) => {
        if (event.topic !== 'alarms' || !isInScope(caller, event.place, context)) return undefined;
        // The ops store wrote it as an alarm and gives it back as it was.
        const alarm = event.body as Alarm;
        if (!wanted(event, alarm) || !device(alarm.device) || !rule(alarm.rule)) return undefined;
        return { ...headOf(event), alarm: alarmView(alarm, caller, context) };
      };
      return follow({ after, caller, wait }, reply, (from) => readEvents(from, { itemOf, limit }, context));
    },
  );

  app.get(
    '/tasks/feed',
    {
      config: { access: { roles: 'signed-in', scope: filtered } },
      schema: {
        tags: ['tasks'],
        summary:
          'What becomes of tasks, in order, behind a cursor: each change at least once, waiting where there is none',
        querystring: taskQuery,
        response: answers({
          200: Feed('task', TaskSchema, 'The actions that its history got with this; empty: not known'),
        }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { after, limit = defaultLimit, wait = 0 } = request.query;
      const reader: TaskReader = readerOf(request);
      const wanted = wantedOf(request.query, context);
      const { assignee, state } = namesOf(request.query, ['assignee', 'state']);
      const itemOf = (event: StreamEvent) => {
        if (event.topic !== 'tasks') return undefined;
        const task = event.body as Task;
        if (!maySeeTask(task, caller, context) || !wanted(event, task)) return undefined;
        if (!state(task.state) || !assignee(task.assignee ?? '')) return undefined;
        return { ...headOf(event), task: taskView(task, reader, context) };
      };
      return follow({ after, caller, wait }, reply, (from) => readEvents(from, { itemOf, limit }, context));
    },
  );
}

const headOf = ({ at, changes = [], seq }: StreamEvent) => ({
  position: String(seq),
  at: iso(at),
  changes: [...changes],
});

type Selection = Pick<Static<typeof alarmQuery>, 'category' | 'severity' | 'place' | 'change'>;

/** What alarms and tasks are chosen by in the same way. */
function wantedOf(query: Selection, { configuration }: ApiContext) {
  const { category, change, severity } = namesOf(query, ['category', 'change', 'severity']);
  const places = query.place?.split(',').map((place) => place.trim() as PlaceId);
  return (
    { changes = [], place }: StreamEvent,
    thing: { readonly category: string; readonly severity: string },
  ): boolean =>
    category(thing.category) &&
    severity(thing.severity) &&
    (query.change === undefined || changes.some((each) => change(each))) &&
    (places === undefined || places.some((each) => configuration.isWithin(place, each)));
}

/** Throws `gone` where something behind the cursor is not there any more, or where it leads behind the end. */
function checkKept(after: number, { reader }: ApiContext): void {
  const floor = reader.eventFloor();
  if (after >= floor && after <= reader.lastEventSeq()) return;
  throw new GridbellError(
    'gone',
    after < floor
      ? 'Changes behind this are not kept any more; GET /alarms and GET /tasks have what stands.'
      : 'There are not as many changes as that: is this another data directory, or a backup that was put back?',
    { extra: { oldest: String(floor) } },
  );
}
