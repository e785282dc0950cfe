import type { BrowserContextOptions } from 'playwright-core';

export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];
export const appearances = ['light', 'dark'] as const;
export type Appearance = (typeof appearances)[number];

/** A phone in the hand, a desk, a wall. Sizes in CSS pixels. */
export const sizes = {
  390: { width: 390, height: 844 },
  1440: { width: 1440, height: 900 },
  1920: { width: 1920, height: 1080 },
} as const;
export type Width = keyof typeof sizes;
export const widths: readonly Width[] = [390, 1440, 1920];

/** How somebody looks at the console. */
export interface View {
  readonly language: Language;
  readonly appearance: Appearance;
  readonly width: Width;
}

export const everyView: readonly View[] = languages.flatMap((language) =>
  appearances.flatMap((appearance) => widths.map((width) => ({ language, appearance, width }))),
);

export const viewName = ({ appearance, language, width }: View): string =>
  `${language}-${appearance}-${width}`;

const isPhone = (view: View): boolean => view.width < 600;

/** The browser of somebody who looks at it so; it asks for that language and appearance as a real one does. */
export const contextOf = (view: View): BrowserContextOptions => ({
  viewport: sizes[view.width],
  deviceScaleFactor: isPhone(view) ? 2 : 1,
  hasTouch: isPhone(view),
  locale: view.language === 'zh' ? 'zh-CN' : 'en-GB',
  colorScheme: view.appearance,
  // Nothing is half-way when it is measured or photographed.
  reducedMotion: 'reduce',
  timezoneId: 'Asia/Shanghai',
});
