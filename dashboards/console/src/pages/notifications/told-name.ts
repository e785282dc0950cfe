import { useTexts } from '../../i18n/texts.ts';
import { useNames } from '../../queries/names.ts';
import { useResidents } from '../../queries/residents.ts';

/** Who was told: staff by name; a resident and their contacts by name for those who may know who lives where. */
export function useToldName(): (id: string) => string {
  const { t, local } = useTexts();
  const names = useNames();
  const residents = useResidents();
  return (id) => {
    const [kind, resident = '', index = ''] = id.split('/');
    if (kind !== 'resident' && kind !== 'contact') return names.actor(id);
    const known = residents.value.get(resident);
    const word = t(kind === 'resident' ? 'care.the-resident' : 'care.the-family');
    const name = kind === 'resident' ? local(known?.name) : known?.contacts?.[Number(index)]?.['name'];
    return typeof name === 'string' && name !== '' ? `${word} ${name}` : word;
  };
}
