import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('dashboards/console/src/theme/tokens.css', 'utf8');

/** Colours by name, of the block that begins with this selector. */
function paletteOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('\n}', start));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ['paper', 'surface', 'surface-sunken', 'surface-raised'];
const tones = ['critical', 'major', 'minor', 'warning', 'well'];

describe.each([':root', '[data-theme="dark"]'])('the palette of %s', (selector) => {
  const palette = paletteOf(selector);
  const between = (text: string, ground: string): number => {
    const [a, b] = [palette.get(text), palette.get(ground)];
    if (a === undefined || b === undefined) throw new Error(`${text} or ${ground} is no colour`);
    return contrast(a, b);
  };

  it.each(['ink', 'ink-soft', 'ink-faint', 'accent-ink', 'quiet', ...tones])(
    'has %s that reads on every surface (4.5:1)',
    (text) => {
      for (const ground of surfaces) expect(between(text, ground), ground).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(tones)('has %s that reads on its own soft ground, and on itself', (tone) => {
    expect(between(tone, `${tone}-soft`)).toBeGreaterThanOrEqual(4.5);
    expect(between(`on-${tone}`, tone)).toBeGreaterThanOrEqual(4.5);
  });

  it('has accents that read on theirs', () => {
    expect(between('accent-ink', 'accent-soft')).toBeGreaterThanOrEqual(4.5);
    expect(between('on-accent', 'accent')).toBeGreaterThanOrEqual(4.5);
    expect(between('on-accent', 'accent-hover')).toBeGreaterThanOrEqual(4.5);
    expect(between('quiet', 'quiet-soft')).toBeGreaterThanOrEqual(4.5);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'has a line %i of charts, an edge of fields and a focus that are seen (3:1)',
    (n) => {
      for (const what of [`series-${n}`, 'line-strong', 'focus'])
        expect(between(what, 'surface'), what).toBeGreaterThanOrEqual(3);
    },
  );
});
