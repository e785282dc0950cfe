/** Where the console shows the list behind a figure. */
export const listAddress = (list: string): string =>
  list.replace('/api/v1/tasks', '/figures/tasks').replace('/api/v1/alarms', '/alarms');
