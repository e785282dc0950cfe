import { useFormat } from '../../format/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { Storage } from './storage-queries.ts';

/** Below these one should do something. */
const soonDays = 90;
const lateMs = 5 * 60_000;

export type StorageTone = 'well' | 'major' | 'critical';

/** The one sentence on top: what is wrong, else when the disk is full. */
export function judgementOf({ behind, disk, growth, trouble }: Storage): {
  readonly tone: StorageTone;
  readonly what: 'trouble' | 'full' | 'behind' | 'soon' | 'well';
} {
  if (trouble !== null) return { tone: 'critical', what: 'trouble' };
  if (disk !== null && disk.freeBytes <= disk.reserveBytes) return { tone: 'critical', what: 'full' };
  if (behind !== null && behind.oldestMs > lateMs) return { tone: 'major', what: 'behind' };
  if (growth.fullInDays !== null && growth.fullInDays < soonDays) return { tone: 'major', what: 'soon' };
  return { tone: 'well', what: 'well' };
}

/** Lengths and forecasts as people say them. */
export function useStorageWords() {
  const { t } = useTexts();
  const { number } = useFormat();
  return {
    /** Of `730d`, or null for good. */
    kept(length: string | null | undefined): string {
      if (length === null) return t('storage.for-good');
      const days = Number(/^(\d+)d$/.exec(length ?? '')?.[1] ?? Number.NaN);
      if (Number.isNaN(days)) return length ?? '–';
      const years = days / 365;
      return Number.isInteger(years)
        ? t('storage.years', { count: years }, years)
        : t('storage.days', { count: number(days) }, days);
    },
    /** When the disk is full. */
    fullIn({ bytesADay, fullInDays }: Storage['growth']): string {
      if (bytesADay === null) return t('storage.full-unknown');
      if (fullInDays === null) return t('storage.full-never');
      const days = Math.floor(fullInDays);
      if (days < 60) return t('storage.full-days', { count: days }, days);
      const months = Math.floor(days / 30.4);
      if (months < 24) return t('storage.full-months', { count: months }, months);
      return days > 3_650
        ? t('storage.full-far')
        : t('storage.full-years', { count: Math.floor(days / 365) });
    },
  };
}
