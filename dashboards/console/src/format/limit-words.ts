import { languageTag } from '../i18n/language.ts';
import { useTexts } from '../i18n/texts.ts';
import { durationWords } from './duration.ts';
import { limitParts } from './limit.ts';

/** `4wh` as people say it: `4 working hours`, `4个工作小时`. */
export function useLimitWords(): (text: string) => string {
  const { t, language } = useTexts();
  return (text) => {
    const { amount, unit } = limitParts(text);
    if (unit === 'wh') return t('limits.working-hours', { count: amount }, Number(amount));
    if (unit === 'wd') return t('limits.working-days', { count: amount }, Number(amount));
    return durationWords(text, languageTag(language.value));
  };
}
