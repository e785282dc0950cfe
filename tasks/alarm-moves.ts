import type { Alarm } from '#model/alarm.ts';
import type { TaskId } from '#model/brand.ts';

/** An alarm that comes to a task, maybe back to it: the last that it names is where it is now, and none is named twice. */
export const movedTo = (alarm: Alarm, task: TaskId): Alarm => ({
  ...alarm,
  tasks: [...alarm.tasks.filter((id) => id !== task), task],
});
