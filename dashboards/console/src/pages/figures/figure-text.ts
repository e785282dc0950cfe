import { computed } from 'vue';
import { languageTag } from '../../i18n/language.ts';
import { useTexts } from '../../i18n/texts.ts';

/** Figures as a report writes them: rates to the second decimal, a dash for what is not there. */
export function useFigureText() {
  const { language } = useTexts();
  const formats = computed(() => {
    const tag = languageTag(language.value);
    const of = (digits: number) =>
      new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return { whole: of(0), exact: of(2) };
  });
  const said = (value: number | null | undefined, format: 'exact' | 'whole'): string =>
    value === null || value === undefined ? '—' : formats.value[format].format(value);
  return {
    whole: (value: number | null | undefined): string => said(value, 'whole'),
    exact: (value: number | null | undefined): string => said(value, 'exact'),
    percent: (value: number | null | undefined): string =>
      value === null || value === undefined ? '—' : `${said(value, 'exact')} %`,
  };
}
