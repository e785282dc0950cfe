import type { WorkCounts } from '#app/engine/work-counts.ts';
import type { TaskStore } from '#tasks/ports.ts';

/** The store as tasks have it; what they write is counted. `counts`: of the batch that is open. */
export function countedStore(store: TaskStore, counts: () => WorkCounts): TaskStore {
  return {
    alarm: (id) => store.alarm(id),
    putAlarm: (alarm) => {
      counts().alarm(store.alarm(alarm.id), alarm);
      store.putAlarm(alarm);
    },
    task: (id) => store.task(id),
    putTask: (task) => {
      counts().task(task);
      store.putTask(task);
    },
    appendHistory: (task, entry) => {
      counts().taskSteps.add(entry.action);
      store.appendHistory(task, entry);
    },
    history: (task) => store.history(task),
    historyTail: (task, limit) => store.historyTail(task, limit),
    openTasks: (filter) => store.openTasks(filter),
    countOpen: (assignee) => store.countOpen(assignee),
    whereabouts: (assignee) => store.whereabouts(assignee),
    lastTurn: (list, person) => store.lastTurn(list, person),
    putTurn: (list, person, at) => store.putTurn(list, person, at),
    putTimer: (timer) => store.putTimer(timer),
    deleteTimer: (id) => store.deleteTimer(id),
    nextTimer: () => store.nextTimer(),
    allTimers: () => store.allTimers(),
    putNotice: (notice) => store.putNotice(notice),
    reports: store.reports,
    posts: store.posts,
    emit: (event) => store.emit(event),
  };
}
