/** Light and dark value of each colour of the page and its plots. */
export const colours = {
  paper: ['#f4f3ee', '#0f1619'],
  surface: ['#ffffff', '#172024'],
  line: ['#dcdad0', '#2a373c'],
  ink: ['#1b262c', '#e7ecea'],
  'ink-soft': ['#4a565c', '#b3bfc1'],
  first: ['#0b6e75', '#4fc0b8'],
  second: ['#c2571a', '#f09a5a'],
  third: ['#4a5fa5', '#93a8ee'],
  fourth: ['#a03a6b', '#e88bb5'],
  shade: ['#ebeae3', '#10181b'],
  good: ['#226344', '#7ccf9d'],
  'good-soft': ['#dff0e4', '#15331f'],
  bad: ['#b3201d', '#ff8d7e'],
  'bad-soft': ['#fbe6e2', '#43191a'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

export type ColourName = keyof typeof colours;

const entries = Object.entries(colours);

/** Custom properties for both appearances; the reader's system chooses. */
export const colourProperties = (appearance: 'light' | 'dark'): string =>
  entries.map(([name, [light, dark]]) => `--${name}:${appearance === 'light' ? light : dark}`).join(';');

/** A colour as plots are drawn with it: they know no custom properties. */
export const drawn = (name: ColourName): string => colours[name][0];

/** Puts the custom property in place of each colour that was drawn. */
export const withProperties = (svg: string): string =>
  entries.reduce((text, [name, [light]]) => text.replaceAll(light, `var(--${name})`), svg);
