import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { boardAddress, boards } from '../../dashboards/console/src/pages/storage/boards.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { weatherOfADay } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage((community) => community.publish('air-g1-garage', weatherOfADay(Date.now())));
const say = (key: string): string => said('en', `storage.${key}`);

it('says what is kept and for how long, and compacts the files after asking', async () => {
  await using visitor = await stage.visit({ language: 'en', appearance: 'light', width: 1440 }, 'admin');
  const { page } = visitor;
  await visitor.goTo('/storage');
  await page.getByRole('row', { name: /^Public/ }).waitFor();
  await page.getByText(say('in-a-year')).waitFor();
  await page.getByText(say('no-boards')).waitFor();
  await page.getByRole('button', { name: say('compact') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: say('compact') })
    .click();
  await page.getByText(say('compact-done')).first().waitFor();
});

it('says of an InfluxDB what it does not tell, and why, rather than leave columns of nothing', async () => {
  await using visitor = await stage.visit({ language: 'en', appearance: 'light', width: 1440 }, 'admin');
  const { page } = visitor;
  await page.route('**/api/v1/history/storage', async (route) => {
    const storage = await (await route.fetch()).json();
    const unknown = <Held extends object>(held: readonly Held[]) =>
      held.map((each) => ({ ...each, bytes: null }));
    await route.fulfill({
      json: {
        ...storage,
        engine: 'influxdb',
        disk: null,
        freeInFiles: null,
        outbox: { waitingBytes: 0, keptBytes: 2 * 2 ** 20, mostBytes: 8 * 2 ** 30 },
        wentBack: { at: '2026-11-20T08:00:00.000Z', again: 5, lost: 7 },
        classes: unknown(storage.classes),
        properties: unknown(storage.properties),
        growth: { ...storage.growth, bytesADay: null, bytesInAYear: null, fullInDays: null },
      },
    });
  });
  await page.route('**/api/v1/history', async (route) => {
    await route.fulfill({ json: { ...(await (await route.fetch()).json()), bytes: 0 } });
  });
  await visitor.goTo('/storage');
  await page.getByText(say('bytes-unknown')).waitFor();
  await page.getByText(say('no-rollups')).waitFor();
  await page.getByText(/2 MB are kept until InfluxDB surely has them; 8 GB/).waitFor();
  await page.getByText(/5 readings, written again; those of 7 records are gone/).waitFor();
  expect(await page.getByRole('columnheader', { name: say('bytes'), exact: true }).count()).toBe(0);
  expect(await page.getByRole('columnheader', { name: say('kept-rollups') }).count()).toBe(0);
  expect(await page.getByText(say('in-a-year')).count()).toBe(0);
});

it('is well built on a phone, in Chinese and dark', async () => {
  await using visitor = await stage.visit({ language: 'zh', appearance: 'dark', width: 390 }, 'admin');
  await visitor.goTo('/storage');
  await expectLaidOut(visitor);
  await expectAccessible(visitor);
});

it.each(['zh', 'en'] as const)('links to every board that there is in %s, and to no other', (language) => {
  const folder = `dashboards/grafana/generated/${language}`;
  const made = readdirSync(folder).map((file) => {
    const { uid } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as { uid: string };
    return `https://grafana.example/d/${uid}?var-console=http%3A%2F%2Fconsole`;
  });
  const at = { language, origin: 'http://console' };
  const linked = boards.map((board) => boardAddress('https://grafana.example/', board, at));
  expect(linked.toSorted((a, b) => a.localeCompare(b))).toEqual(made.toSorted((a, b) => a.localeCompare(b)));
});
