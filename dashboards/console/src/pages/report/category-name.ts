import type { LocalText } from '../../api/types.ts';
import { useTexts } from '../../i18n/texts.ts';

/** What residents call a category: whatever fits none of the others is something else, to them. */
export function useCategoryName() {
  const { t, local } = useTexts();
  return ({ id, name }: { readonly id: string; readonly name: LocalText }): string =>
    id === 'resident-report' ? t('report.something-else') : local(name, id);
}
