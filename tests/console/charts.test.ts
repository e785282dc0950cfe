import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { openStage } from './support/stage.ts';
import { weatherOfADay } from './support/story.ts';
import { said } from './support/words.ts';

const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const published = weatherOfADay(Date.now());
const stage = openStage((community) => community.publish('air-g2-garden', published));

describe('a chart', () => {
  it('shows every value that was published, and says so beside it', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/devices/air-g2-garden?property=temperature&range=24h');
    const drawn = page.getByRole('img', { name: /^Temperature, from / }).locator('path');
    await drawn.first().waitFor({ state: 'attached' });
    const corners = await drawn.evaluateAll((paths) =>
      paths.map((path) => (path.getAttribute('d') ?? '').split(/[ML]/).length - 1),
    );
    expect(Math.max(...corners), 'corners of the line').toBeGreaterThanOrEqual(published.length);
    await page.getByText(said('en', 'series.as-table')).click();
    const cells = page.locator('.lists td:nth-child(2)');
    await cells.first().waitFor();
    const shown = (await cells.allInnerTexts()).map((text) => Number.parseFloat(text));
    expect(shown).toEqual(published.map(({ values }) => values.temperature).toReversed());
  });

  it('says in words what it shows, for who does not see it', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/devices/air-g2-garden?property=humidity&range=24h');
    await page.getByRole('img', { name: /^Relative humidity, from .* to / }).waitFor();
  });
});
