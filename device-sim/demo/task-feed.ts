import { sleep } from '#device-sim/demo/live.ts';
import { type TaskSight, taskIn } from '#device-sim/demo/sight.ts';
import type { Staff } from '#device-sim/demo/staff.ts';
import { eventsIn } from '#device-sim/platform/server-sent-events.ts';

export interface TaskFeedOptions {
  readonly staff: Staff;
  readonly account: string;
  readonly onTask: (task: TaskSight) => void;
  readonly signal: AbortSignal;
}

const againMs = 2_000;

/** Tells of every task as the live stream does, from where it was when the stream broke off. */
export async function followTasks({ account, onTask, signal, staff }: TaskFeedOptions): Promise<void> {
  let last: string | undefined;
  while (!signal.aborted) {
    try {
      const chunks = await staff.stream(account, '/api/v1/stream?topics=tasks', last, signal);
      for await (const { data, event, id } of eventsIn(chunks)) {
        last = id ?? last;
        if (event === 'task' && data !== undefined) onTask(taskIn(JSON.parse(data)));
      }
    } catch {
      // Away for a moment; whoever watches the platform's process says when it is more than that.
    }
    if (!signal.aborted) await sleep(againMs, signal);
  }
}
