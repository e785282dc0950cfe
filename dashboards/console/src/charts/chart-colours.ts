import { type ComputedRef, computed } from 'vue';
import type { Severity } from '../api/types.ts';
import { useAppearance } from '../theme/appearance.ts';

export interface ChartColours {
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  readonly focus: string;
  readonly quiet: string;
  readonly well: string;
  readonly severity: Readonly<Record<Severity, string>>;
  /** For series that are told apart and mean nothing by their colour; eight, then again from the first. */
  readonly series: readonly string[];
}

/** The palette of theme/tokens.css as ECharts wants it, light or dark as the page is. */
export function useChartColours(): ComputedRef<ChartColours> {
  const { shown } = useAppearance();
  return computed(() => {
    // Named, so that the colours are read again when it changes.
    void shown.value;
    const style = getComputedStyle(document.documentElement);
    const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    return {
      ink: read('ink'),
      inkSoft: read('ink-soft'),
      line: read('line'),
      surface: read('surface-raised'),
      accent: read('accent'),
      focus: read('focus'),
      quiet: read('quiet'),
      well: read('well'),
      severity: {
        critical: read('critical'),
        major: read('major'),
        minor: read('minor'),
        warning: read('warning'),
      },
      series: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => read(`series-${n}`)),
    };
  });
}
