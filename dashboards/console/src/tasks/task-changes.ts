interface Told<Entry> {
  readonly history: readonly Entry[];
  readonly historyOmitted?: number | undefined;
}

/** What happened to a task after it was seen: histories only grow, and lists leave their beginning out. */
export function changesSince<Entry>(seen: Told<unknown>, now: Told<Entry>): Entry[] {
  const known = seen.history.length + (seen.historyOmitted ?? 0);
  return now.history.slice(Math.max(0, known - (now.historyOmitted ?? 0)));
}
