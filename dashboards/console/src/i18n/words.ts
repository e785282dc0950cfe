/** What is said under a name: a text, or names with texts. `locales/zh/tasks.json` holds what is under `tasks.` in Chinese. */
export interface Words {
  readonly [key: string]: string | Words;
}
