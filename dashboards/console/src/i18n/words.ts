/** What is said under a name: a text, or names with texts. */
export interface Words {
  readonly [key: string]: string | Words;
}

/** `locales/zh/tasks.json` holds what is under `tasks.` in Chinese: a page has a file of its own in each language. */
export const byName = (files: Readonly<Record<string, Words>>): Words =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, words]) => {
      const name = /\/([\w-]+)\.json$/.exec(path)?.[1];
      return name === undefined ? [] : [[name, words]];
    }),
  );
