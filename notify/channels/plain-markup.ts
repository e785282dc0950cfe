/**
 * What stands for each sign that group robots read as markup. Their markdown knows no sure way to escape a sign (a backslash is
 * shown in some clients), so signs become their full-width twins, which look the same to people and mean nothing to robots.
 */
const twins: Readonly<Record<string, string>> = {
  '*': '＊',
  _: '＿',
  '`': '｀',
  '[': '［',
  ']': '］',
  '<': '＜',
  '>': '＞',
  '#': '＃',
  '~': '～',
  '|': '｜',
  '\\': '＼',
  '@': '＠',
};

/** A text that robots show as it is: no bold, no link, no mention comes out of a place's or a person's name. */
export const plainMarkup = (text: string): string =>
  text
    .replace(/[*_`[\]<>#~|\\@]/g, (sign) => twins[sign] ?? sign)
    // At the beginning of a line these make lists.
    .replace(/^(\s*)([-+])(?=\s)/gm, '$1·')
    .replace(/^(\s*\d+)\.(?=\s)/gm, '$1．');

/** Without `<` and `>`, of which robots make mentions even in plain texts. */
export const withoutTags = (text: string): string => text.replace(/[<>]/g, (sign) => twins[sign] ?? sign);
