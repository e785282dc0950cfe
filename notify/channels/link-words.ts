import type { Language } from '#notify/channel.ts';

/** What a link is called where it is not shown as an address; it may take a task, or only show one that is over. */
export const linkWords: Readonly<Record<Language, string>> = { zh: '查看任务', en: 'Open the task' };
