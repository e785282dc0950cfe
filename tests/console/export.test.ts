import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readParquet } from '#tests/api/exports/read-parquet.ts';
import type { View } from '#tests/support/browser/view.ts';
import { expectAccessible } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { weatherOfADay } from './support/story.ts';
import { said } from './support/words.ts';

const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const shown = '/explorer?s=air-g2-garden:temperature&s=air-g1-garage:humidity&range=24h';

const stage = openStage(async (community) => {
  const today = weatherOfADay(Date.now());
  await community.publish('air-g2-garden', today);
  await community.publish('air-g1-garage', today);
});
const say = (key: string): string => said('en', key);

const open = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: say('export.open'), exact: true }).click();
  await page.getByRole('dialog', { name: say('export.title') }).waitFor();
};

/** What is saved when the button is pressed. */
async function saved(page: Page): Promise<{ readonly name: string; readonly content: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: say('export.start') }).click(),
  ]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

describe('what a chart shows, exported', () => {
  it('is saved as CSV: the series that are shown and no others, and it is said how much', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo(shown);
    await open(page);
    const { content, name } = await saved(page);
    expect(name).toMatch(/^gridbell-readings-\d{4}-\d\d-\d\d\.csv$/);
    const lines = content
      .toString('utf8')
      .split('\r\n')
      .filter((line) => line !== '');
    expect(lines[0]).toMatch(/^\u{feff}device,deviceName,place,placePath,property,time,value,/u);
    const series = new Set(
      lines.slice(1).map((line) => {
        const [device, , , , property] = line.split(',');
        return `${device} ${property}`;
      }),
    );
    expect([...series].toSorted()).toEqual(['air-g1-garage humidity', 'air-g2-garden temperature']);
    await page
      .getByRole('status')
      .getByText(`${name} is saved: ${lines.length - 1} rows`)
      .waitFor();
    await expectAccessible(visitor);
  });

  it('is saved as Parquet, in hours, with the largest of each', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo(shown);
    await open(page);
    await page.getByRole('radio', { name: /^Parquet/ }).check();
    await page.getByLabel(say('export.every'), { exact: true }).selectOption('1h');
    await page.getByLabel(say('export.fn'), { exact: true }).selectOption('max');
    const { content } = await saved(page);
    const { columns, rows } = await readParquet(content);
    expect(columns['number']).toBe('DOUBLE');
    expect(rows.length).toBeGreaterThan(20);
    expect(new Set(rows.map((row) => `${String(row['every'])} ${String(row['fn'])}`))).toEqual(
      new Set(['1h max']),
    );
  });

  it('is not saved when it breaks off, and says what to do; then it can be tried again', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page, trouble } = visitor;
    trouble.expect(/ERR_CONNECTION_RESET/);
    await visitor.goTo('/devices/air-g2-garden');
    await page.route('**/api/v1/readings/export?*', (route) => route.abort('connectionreset'), { times: 1 });
    await open(page);
    const downloads: string[] = [];
    page.on('download', (download) => downloads.push(download.suggestedFilename()));
    await page.getByRole('button', { name: say('export.start') }).click();
    await page.getByRole('alert').getByText(say('export.broken')).waitFor();
    expect(downloads).toEqual([]);
    const { content } = await saved(page);
    expect(content.toString('utf8')).toContain('air-g2-garden');
  });

  it('shows how far it is, and can be stopped', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo(shown);
    // The answer waits until the test ends; how far it is comes from the list of exports.
    await page.route('**/api/v1/readings/export?*', () => new Promise(() => {}));
    await page.route('**/api/v1/exports/*', (route) =>
      route.fulfill({
        json: { id: 'x', state: 'running', rows: 12_345, share: 0.42, bytes: 1, leftOut: [] },
      }),
    );
    await open(page);
    await page.getByRole('button', { name: say('export.start') }).click();
    await page.getByText('42 %, 12,345 rows').waitFor();
    const bar = page.getByRole('progressbar', { name: say('export.progress') });
    expect(await bar.getAttribute('value')).toBe('0.42');
    await page.getByRole('button', { name: say('export.stop') }).click();
    await page.getByRole('button', { name: say('export.start') }).waitFor();
  });

  it('fits on a phone, in Chinese and in the dark', async () => {
    await using visitor = await stage.visit(phone, 'property-manager');
    const { page } = visitor;
    await visitor.goTo(shown);
    await page.getByRole('button', { name: said('zh', 'export.open'), exact: true }).click();
    await page.getByRole('dialog', { name: said('zh', 'export.title') }).waitFor();
    await page.getByLabel(said('zh', 'export.every'), { exact: true }).selectOption('1d');
    await expectAccessible(visitor);
    const box = await page.getByRole('dialog').boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.width ?? 999) <= 390).toBe(true);
  });
});
