import type { Issue } from '../../api/problem.ts';
import { useTexts } from '../../i18n/texts.ts';

/** What is wrong with a line of a list of claims, in the person's words; what has none is said in the server's. */
export function useIssueWords() {
  const { t, word } = useTexts();
  return ({ message, path, reason }: Issue): string => {
    const said = reason === undefined ? message : word('claim-reasons', reason);
    if (reason === undefined || said === reason) return message;
    const field = /(?:line \d+|claims\[\d+\]), ([\w-]+)/.exec(path)?.[1];
    return field === undefined
      ? said
      : t('unclaimed.field-is', { field: word('claim-fields', field), what: said });
  };
}

/** `line 3, kind` is 3; null: it is about the list as a whole. */
export function lineOf({ path }: Issue): number | null {
  const line = /^line (\d+)/.exec(path)?.[1];
  return line === undefined ? null : Number(line);
}
