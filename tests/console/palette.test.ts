import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heatSteps } from '../../dashboards/console/src/charts/heat/heat-shape.ts';
import { colourDistance, lightnessOf, sights } from './support/colour-sight.ts';

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

  describe.each(Object.keys(sights) as (keyof typeof sights)[])(
    'has heat colours that, to %s eyes,',
    (sight) => {
      const colour = (name: string): string => palette.get(name) ?? '';
      const steps = Array.from({ length: heatSteps }, (_, step) => colour(`heat-${step + 1}`));

      it('go one way from pale to strong, each step seen beside the next', () => {
        const lightness = steps.map((step) => lightnessOf(step, sight));
        const towards = Math.sign((lightness.at(-1) ?? 0) - (lightness[0] ?? 0));
        for (const [index, step] of steps.slice(1).entries()) {
          const before = steps[index] ?? '';
          expect(
            towards * (lightnessOf(step, sight) - lightnessOf(before, sight)),
            step,
          ).toBeGreaterThanOrEqual(7);
          expect(colourDistance(before, step, sight), step).toBeGreaterThanOrEqual(8);
        }
      });

      it('are none of them the hatching of what nobody said', () => {
        const hatching = ['heat-none', 'surface-sunken'].map(colour);
        expect(contrast(hatching[0] ?? '', hatching[1] ?? '')).toBeGreaterThanOrEqual(1.7);
        for (const step of steps)
          expect(
            Math.max(...hatching.map((line) => colourDistance(step, line, sight))),
            step,
          ).toBeGreaterThanOrEqual(15);
      });
    },
  );
});
