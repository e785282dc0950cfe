import { useTexts } from '../i18n/texts.ts';

const own: ReadonlySet<string> = new Set(['cancel', 'resident', 'family', 'emergency']);

/** What a rung of the care ladder is called: a role by its name. */
export function useRungName() {
  const { t, word } = useTexts();
  return (rung: string): string => (own.has(rung) ? t(`care.rung-${rung}`) : word('roles', rung));
}
