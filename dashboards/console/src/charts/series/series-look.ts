/** How one of several series is drawn: colour, dashes and mark each tell it, so that none is needed alone. */
export interface SeriesLook {
  readonly colour: string;
  readonly dash: 'solid' | 'dashed' | 'dotted';
  readonly symbol: 'circle' | 'rect' | 'triangle' | 'diamond';
}

const dashes = ['solid', 'dashed', 'dotted'] as const;
const symbols = ['circle', 'rect', 'triangle', 'diamond'] as const;

/** As many series as can be told apart on one page. */
export const mostSeries = 8;

export const lookOf = (index: number, colours: readonly string[]): SeriesLook => ({
  colour: colours[index % colours.length] ?? 'currentColor',
  dash: dashes[index % dashes.length] ?? 'solid',
  symbol: symbols[index % symbols.length] ?? 'circle',
});

export const dashArray = ({ dash }: SeriesLook): string =>
  ({ solid: '', dashed: '6 4', dotted: '2 3' })[dash];
