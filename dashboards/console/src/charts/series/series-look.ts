/** How one of several series is drawn: colour, dashes and mark each tell it, so that none is needed alone. */
export interface SeriesLook {
  readonly colour: string;
  readonly dash: 'solid' | 'dashed' | 'dotted';
  readonly symbol: 'circle' | 'rect' | 'triangle' | 'diamond' | 'none';
}

const dashes = ['solid', 'dashed', 'dotted'] as const;
const symbols = ['circle', 'rect', 'triangle', 'diamond'] as const;

/** As many series as can be told apart on one page. */
export const mostSeries = 8;

/** `isSolid`: dashes are needed for something else. */
export const lookOf = (index: number, colours: readonly string[], isSolid = false): SeriesLook => ({
  colour: colours[index % colours.length] ?? 'currentColor',
  dash: isSolid ? 'solid' : (dashes[index % dashes.length] ?? 'solid'),
  symbol: symbols[index % symbols.length] ?? 'circle',
});

/** The same of another time: its colour, dashed, without marks. */
export const lookBefore = (look: SeriesLook): SeriesLook => ({ ...look, dash: 'dashed', symbol: 'none' });

export const dashArray = ({ dash }: SeriesLook): string =>
  ({ solid: '', dashed: '6 4', dotted: '2 3' })[dash];
