import { describe, expect, it } from 'vitest';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk = { language: 'en', appearance: 'light', width: 1440 } as const;
const say = (key: string): string => said('en', key);

/** Lists of the console, what each reads, and what it says when there is nothing. */
const lists = [
  { path: '/alarms', reads: /\/api\/v1\/alarms\?/, nothing: say('alarms.none') },
  { path: '/inbox', reads: /\/api\/v1\/tasks\?/, nothing: say('inbox.nothing') },
  { path: '/modes', reads: /\/api\/v1\/modes/, nothing: say('modes.none') },
  { path: '/rules?q=no-such-rule', reads: /\/api\/v1\/rules\?/, nothing: say('rules.none-fits') },
  { path: '/quarantine', reads: /\/api\/v1\/quarantine\/groups/, nothing: say('quarantine.well') },
] as const;

describe.each(lists)('the page $path', ({ nothing, path, reads }) => {
  it('says so when there is nothing', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    await visitor.goTo(path);
    await visitor.page.getByText(nothing).first().waitFor();
  });

  it('says that it is loading while it is', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    const held = Promise.withResolvers<void>();
    await page.route(reads, async (route) => {
      await held.promise;
      await route.continue();
    });
    // Not `goTo`, which waits until it is over.
    await page.goto(stage.community.base + path);
    await page.locator('#content').getByText(say('common.loading')).first().waitFor({ state: 'attached' });
    expect(await page.getByText(nothing).count()).toBe(0);
    held.resolve();
    await page.getByText(nothing).first().waitFor();
  });

  it('says what went wrong, and shows what there is when it is tried again', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page, trouble } = visitor;
    trouble.expect(/403/);
    let isRefused = true;
    await page.route(reads, (route) =>
      isRefused
        ? route.fulfill({
            status: 403,
            contentType: 'application/problem+json',
            body: JSON.stringify({ code: 'not-allowed', detail: 'No.', status: 403 }),
          })
        : route.continue(),
    );
    await visitor.goTo(path);
    await page.getByText(say('problems.not-allowed')).first().waitFor();
    isRefused = false;
    await page
      .getByRole('button', { name: say('common.try-again') })
      .first()
      .click();
    await page.getByText(nothing).first().waitFor();
  });
});

describe('many pages of one browser', () => {
  it('share one stream, and all of them see what happens', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/alarms');
    const others = await Promise.all(
      Array.from({ length: 7 }, async () => {
        const other = await page.context().newPage();
        await other.goto(`${stage.community.base}/alarms`);
        return other;
      }),
    );
    const all = [page, ...others];
    for (const each of all) await each.getByText(say('common.live-live'), { exact: true }).waitFor();
    const metrics = await (await fetch(`${stage.community.base}/metrics`)).text();
    expect(/^gridbell_stream_connections (\d+)$/m.exec(metrics)?.[1]).toBe('1');
    await stage.community.publish('smoke-b3-0502', { smoke: true });
    for (const each of all)
      await each.locator('#content').getByText('Smoke alarm').filter({ visible: true }).first().waitFor();
  });
});
