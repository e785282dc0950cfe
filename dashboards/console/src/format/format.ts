import { computed } from 'vue';
import { languageTag } from '../i18n/language.ts';
import { useTexts } from '../i18n/texts.ts';
import { useSession } from '../session/session.ts';

type Time = string | number | Date;

/** Times in the community's zone and numbers, in the person's language. */
export function useFormat() {
  const { language } = useTexts();
  const { who } = useSession();

  const formats = computed(() => {
    const tag = languageTag(language.value);
    const timeZone = who.value?.community?.timezone ?? undefined;
    const time = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(tag, {
        ...(timeZone === undefined ? {} : { timeZone }),
        hourCycle: 'h23',
        ...options,
      });
    return {
      time: time({ hour: '2-digit', minute: '2-digit' }),
      timeExact: time({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
      day: time({ month: 'short', day: 'numeric' }),
      date: time({ year: 'numeric', month: 'short', day: 'numeric' }),
      dayTime: time({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }),
      full: time({
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      }),
      number: new Intl.NumberFormat(tag, { maximumFractionDigits: 2 }),
      span: (unit: string) => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }),
      relative: new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' }),
    };
  });

  return {
    /** 14:05 */
    time: (at: Time): string => formats.value.time.format(new Date(at)),
    /** 14:05:09 */
    timeExact: (at: Time): string => formats.value.timeExact.format(new Date(at)),
    /** 11月22日 */
    day: (at: Time): string => formats.value.day.format(new Date(at)),
    /** 2026年11月22日 */
    date: (at: Time): string => formats.value.date.format(new Date(at)),
    /** 11月22日 14:05 */
    dayTime: (at: Time): string => formats.value.dayTime.format(new Date(at)),
    /** With year and seconds, for tips. */
    full: (at: Time): string => formats.value.full.format(new Date(at)),
    number: (value: number): string => formats.value.number.format(value),
    /** How long, by one unit: `19 hours`, `3天`. */
    span: (ms: number): string => {
      const [value, unit] = relativeStep(Math.abs(ms));
      return formats.value.span(unit).format(value);
    },
    /** How long ago, or until, by one unit: `5 min. ago`, `3 小时后`. */
    relative: (ms: number): string => {
      const [value, unit] = relativeStep(ms);
      return formats.value.relative.format(value, unit);
    },
  };
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function relativeStep(ms: number): [number, 'second' | 'minute' | 'hour' | 'day'] {
  const size = Math.abs(ms);
  if (size < minute) return [Math.round(ms / second), 'second'];
  if (size < hour) return [Math.trunc(ms / minute), 'minute'];
  if (size < day) return [Math.trunc(ms / hour), 'hour'];
  return [Math.trunc(ms / day), 'day'];
}

/** `4:05`, `1:02:09`, `-0:30`: a countdown in figures. */
export function clockFigures(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const seconds = Math.floor(Math.abs(ms) / second);
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${sign}${h}:${two(m)}:${two(s)}` : `${sign}${m}:${two(s)}`;
}
