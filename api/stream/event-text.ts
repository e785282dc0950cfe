import { isInScope } from '#api/authorization/access.ts';
import { commandReaders, includes } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import { maySeeTask } from '#api/authorization/task-concern.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { LiveEvent } from '#api/ports.ts';
import { alarmView } from '#api/views/alarm-view.ts';
import { deviceCommandView } from '#api/views/device-command-view.ts';
import { type Language, taskView } from '#api/views/task-view.ts';
import type { Alarm } from '#model/alarm.ts';
import type { PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { DeviceCommand } from '#model/device-command.ts';
import type { Task } from '#model/task.ts';
import type { Dispatch } from '#notify/channel.ts';

/** `clock`: the platform's time, when the stream opens and with every beat; what a page counts down by. */
export const topics = ['alarms', 'tasks', 'readings', 'device-commands', 'notices', 'clock'] as const;
export type Topic = (typeof topics)[number];

/** What one listener wants, and who it is. */
export interface Listener {
  readonly caller: Caller;
  readonly topics: ReadonlySet<Topic>;
  /** Only what lies there or below. */
  readonly place: PlaceId | undefined;
  readonly language: Language;
}

/**
 * An event as server-sent text, or why the listener gets none: another topic, another place, or nothing that the caller
 * may see. Readings carry no id: they cannot be resumed, history has them.
 */
export function eventText(event: LiveEvent, listener: Listener, context: ApiContext): string | null {
  const { caller, place } = listener;
  if (!listener.topics.has(event.topic)) return null;
  if (place !== undefined && !context.configuration.isWithin(event.place, place)) return null;
  switch (event.topic) {
    case 'alarms': {
      if (caller.role === 'volunteer' || !isInScope(caller, event.place, context)) return null;
      // The ops store wrote it as an alarm and gives it back as it was.
      return block('alarm', alarmView(event.body as Alarm, caller, context), event.seq);
    }
    case 'tasks': {
      const task = event.body as Task;
      if (!maySeeTask(task, caller, context)) return null;
      return block('task', taskView(task, listener, context), event.seq);
    }
    case 'device-commands': {
      if (!includes(commandReaders, caller.role) || !isInScope(caller, event.place, context)) return null;
      return block('device-command', deviceCommandView(event.body as DeviceCommand, caller), event.seq);
    }
    case 'readings': {
      if (caller.role === 'volunteer' || !isInScope(caller, event.place, context)) return null;
      const device = context.configuration.device(event.device);
      if (!maySeeProperty(caller.role, event.property, device)) return null;
      const { device: id, property, value, at } = event;
      return block('reading', { device: id, place: event.place, property, value, at: iso(at) });
    }
  }
}

export const block = (event: string, data: unknown, seq?: number): string =>
  `event: ${event}\n${seq === undefined ? '' : `id: ${seq}\n`}data: ${JSON.stringify(data)}\n\n`;

/** What oneself is told, in the language of the stream; carries no id: the outbox has what was missed. */
export function noticeText(
  { at, category, delivery, kind, lifeSafety, severity, task, text }: Dispatch,
  language: Language,
): string {
  const { body, title } = text[language];
  return block('notice', { delivery, at: iso(at), kind, task, category, severity, lifeSafety, title, body });
}

/** Says what time it is, and by which clock. */
export const clockText = ({ platform }: ApiContext): string =>
  block('clock', { now: iso(platform.now()), kind: platform.clock });
