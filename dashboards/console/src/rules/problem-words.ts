import { useI18n } from 'vue-i18n';

interface Told {
  readonly message: string;
  readonly code?: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** What is wrong with a rule in the person's language; in the checker's own words where it has no code for it. */
export function useProblemWords() {
  const { t, te } = useI18n();
  const keyOf = ({ code }: Told): string | null => {
    const key = `rule-problems.${code}`;
    return code !== undefined && te(key) ? key : null;
  };
  return {
    said(problem: Told): string {
      const key = keyOf(problem);
      return key === null ? problem.message : t(key, { ...problem.params });
    },
    /** Of the text; undefined: of the page. */
    languageOf: (problem: Told): 'en' | undefined => (keyOf(problem) === null ? 'en' : undefined),
  };
}
