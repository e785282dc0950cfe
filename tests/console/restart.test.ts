import { describe, expect, it } from 'vitest';
import { loadsOf } from './support/loads.ts';
import { openStage } from './support/stage.ts';
import { said, saidFirst } from './support/words.ts';

const stage = openStage();

const desk = { language: 'en', appearance: 'light', width: 1440 } as const;

describe('a server that is killed and starts again', () => {
  it('is missed and found again by a page that stands open, which then shows what happens, without a reload', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page, trouble } = visitor;
    trouble.expect(
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/,
    );
    await visitor.goTo('/');
    await page.getByText(said('en', 'common.live-live'), { exact: true }).waitFor();
    const banner = page.getByRole('status').filter({ hasText: saidFirst('en', 'common.stream-lost') });
    expect(await banner.count()).toBe(0);
    const loads = loadsOf(page);

    await stage.community.crash();
    await banner.waitFor();
    await page.getByText(said('en', 'common.live-lost'), { exact: true }).waitFor();

    await stage.community.startAgain();
    await page.getByText(said('en', 'common.live-live'), { exact: true }).waitFor();
    expect(await banner.count()).toBe(0);

    await stage.community.publish('smoke-b3-0502', { smoke: true });
    await page.locator('#content').getByText('Smoke alarm').filter({ visible: true }).first().waitFor();
    expect(loads.count, 'loads of the page').toBe(0);
  });
});

describe('a console that was open while a newer one took its place', () => {
  it('is loaded afresh at the first page of which the files are gone', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page, trouble } = visitor;
    trouble.expect(/404|dynamically imported module/);
    await visitor.goTo('/alarms');
    const loads = loadsOf(page);
    await page.route(/\/assets\/explorer-page/, (route) =>
      loads.count === 0 ? route.fulfill({ status: 404 }) : route.continue(),
    );
    await page.getByRole('link', { name: said('en', 'nav.explorer') }).click();
    await page.getByRole('heading', { level: 1, name: said('en', 'nav.explorer') }).waitFor();
    expect(loads.count).toBe(1);
  });
});
