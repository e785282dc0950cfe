import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { languages } from '#tests/support/browser/view.ts';
import { accountOf } from './support/lived-in-community.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const stage = openStage();

describe('signing in', () => {
  it.each([
    { part: 'property-manager', name: 'Wu Gang', role: 'Property manager' },
    { part: 'grid-worker', name: 'Zhou Min', role: 'Grid worker' },
    { part: 'care-staff', name: 'Lin Fang', role: 'Care staff' },
  ] as const)('lets the $part in and knows who it is', async ({ part, name, role }) => {
    await using visitor = await stage.visit(desk);
    const { page } = visitor;
    await visitor.goTo('/');
    expect(page.url(), 'asks to sign in first').toContain('/sign-in');
    const { password, username } = accountOf(part);
    await page.getByLabel(said('en', 'sign-in.username')).fill(username);
    await page.getByLabel(said('en', 'sign-in.password')).fill(password);
    await page.getByRole('button', { name: said('en', 'sign-in.submit') }).click();
    await page.getByRole('button', { name: `${name} ${role}` }).waitFor();
    await page.getByRole('heading', { level: 1, name: said('en', 'nav.overview') }).waitFor();
    await page.getByText(said('en', 'common.live-live'), { exact: true }).waitFor();
  });

  it('leads on only where that is a page of this console', async () => {
    await using visitor = await stage.visit(desk);
    const { page } = visitor;
    const { password, username } = accountOf('grid-worker');
    const { host } = new URL(stage.community.base);
    for (const [next, led] of [
      ['/alarms?severity=critical', '/alarms?severity=critical'],
      ['//example.org', '/'],
      ['/\\example.org', '/'],
      ['https://example.org/', '/'],
      ['javascript:alert(1)', '/'],
      ['/sign-in?next=/sign-in', '/'],
    ] as const) {
      await page.goto('about:blank');
      await page.context().clearCookies();
      await visitor.goTo(`/sign-in?next=${encodeURIComponent(next)}`);
      await page.getByLabel(said('en', 'sign-in.username')).fill(username);
      await page.getByLabel(said('en', 'sign-in.password')).fill(password);
      await page.getByRole('button', { name: said('en', 'sign-in.submit') }).click();
      await page.waitForURL((url) => url.pathname !== '/sign-in');
      const seen = new URL(page.url());
      expect({ next, host: seen.host, address: seen.pathname + seen.search }).toEqual({
        next,
        host,
        address: led,
      });
    }
  });

  it('refuses a wrong password in words, and forgets it', async () => {
    await using visitor = await stage.visit(desk);
    const { page, trouble } = visitor;
    trouble.expect(/401/);
    await visitor.goTo('/sign-in');
    await page.getByLabel(said('en', 'sign-in.username')).fill(accountOf('grid-worker').username);
    await page.getByLabel(said('en', 'sign-in.password')).fill('not it');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .filter({ hasText: said('en', 'problems.wrong-credentials') })
      .waitFor();
    expect(await page.getByLabel(said('en', 'sign-in.password')).inputValue()).toBe('');
  });

  it('leads to where one wanted to go', async () => {
    await using visitor = await stage.visit(desk);
    const { page } = visitor;
    await visitor.goTo('/no-such-page?of=mine');
    const { password, username } = accountOf('property-manager');
    await page.getByLabel(said('en', 'sign-in.username')).fill(username);
    await page.getByLabel(said('en', 'sign-in.password')).fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/no-such-page?of=mine');
  });

  it('ends when one signs out, here and at the server', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/');
    await page.getByRole('button', { name: 'Wu Gang' }).click();
    await page.getByRole('menuitem', { name: said('en', 'common.sign-out') }).click();
    await page.waitForURL('**/sign-in**');
    expect((await page.request.get('/api/v1/session')).status()).toBe(401);
    expect(await page.getByText(said('en', 'sign-in.ended')).count(), 'it did not end by itself').toBe(0);
  });

  it('is left, not ended, also when the stream tells of it before the answer comes', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/alarms?severity=critical');
    await page.getByText(said('en', 'common.live-live'), { exact: true }).waitFor();
    const led = page.waitForURL('**/sign-in**');
    await page.route('**/api/v1/session', async (route) => {
      const answer = await route.fetch();
      await led;
      await route.fulfill({ response: answer });
    });
    const answered = page.waitForResponse('**/api/v1/session');
    await page.getByRole('button', { name: 'Wu Gang' }).click();
    await page.getByRole('menuitem', { name: said('en', 'common.sign-out') }).click();
    await answered;
    await page.getByLabel(said('en', 'sign-in.username')).waitFor();
    expect(new URL(page.url()).search, 'the next one may be somebody else').toBe('');
    expect(await page.getByText(said('en', 'sign-in.ended')).count()).toBe(0);
  });

  it('keeps nothing of what the one before was shown', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/alarms');
    await page.getByRole('button', { name: 'Wu Gang' }).click();
    await page.getByRole('menuitem', { name: said('en', 'common.sign-out') }).click();
    const { password, username } = accountOf('grid-worker');
    await page.getByLabel(said('en', 'sign-in.username')).fill(username);
    await page.getByLabel(said('en', 'sign-in.password')).fill(password);
    const readsPlaces = page.waitForRequest('**/api/v1/places**', { timeout: 10_000 });
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Zhou Min' }).waitFor();
    await readsPlaces;
  });

  it('says that a session has ended, and leads back to where one was', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page, trouble } = visitor;
    trouble.expect(/401/);
    await visitor.goTo('/alarms?severity=critical');
    await page.getByText(said('en', 'common.live-live'), { exact: true }).waitFor();
    await page.request.delete('/api/v1/session');
    await page.getByText(said('en', 'sign-in.ended')).waitFor();
    expect(new URL(page.url()).searchParams.get('next')).toBe('/alarms?severity=critical');
  });

  it('leaves what was filled in where the platform cannot be reached', async () => {
    await using visitor = await stage.visit(desk);
    const { page, trouble } = visitor;
    trouble.expect(/ERR_FAILED/);
    await visitor.goTo('/sign-in');
    await page.route('**/api/v1/session', (route) => route.abort());
    await page.getByLabel(said('en', 'sign-in.username')).fill('somebody');
    await page.getByLabel(said('en', 'sign-in.password')).fill('something');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .filter({ hasText: said('en', 'problems.unreachable') })
      .waitFor();
    expect(await page.getByLabel(said('en', 'sign-in.password')).inputValue()).toBe('something');
  });
});

describe('the language', () => {
  it.each(languages)('is what the browser asks for: %s', async (language) => {
    await using visitor = await stage.visit({ ...desk, language }, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/');
    await page.getByRole('heading', { level: 1, name: said(language, 'nav.overview') }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toMatch(language);
    expect(await page.title()).toContain(said(language, 'common.product'));
  });

  it('changes at once when another is chosen, and stays so', async () => {
    await using visitor = await stage.visit({ ...desk, language: 'zh' }, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/');
    await page.getByRole('button', { name: said('zh', 'common.person-menu') }).click();
    await page.getByRole('menuitemradio', { name: said('zh', 'common.language-en') }).click();
    await page.getByRole('heading', { level: 1, name: said('en', 'nav.overview') }).waitFor();
    await visitor.goTo('/');
    await page.getByRole('heading', { level: 1, name: said('en', 'nav.overview') }).waitFor();
  });
});

describe('the appearance', () => {
  it('is as the system is set until another is chosen', async () => {
    await using visitor = await stage.visit({ ...desk, appearance: 'dark' }, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/');
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.getByRole('button', { name: said('en', 'common.person-menu') }).click();
    await page.getByRole('menuitemradio', { name: said('en', 'common.appearance-light') }).click();
    await page.locator('html[data-theme="light"]').waitFor();
    await visitor.goTo('/');
    await page.locator('html[data-theme="light"]').waitFor();
  });
});
