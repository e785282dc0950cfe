import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', key, values);

const hourMs = 3_600_000;
/** Two alarms, of which one is over. */
const stage = openStage(async (community) => {
  const now = Date.parse((await community.admin.get<{ now: string }>('/api/v1/clock')).body.now);
  const said = [true, false, true].map((smoke, n) => ({ ts: now - (3 - n) * hourMs, values: { smoke } }));
  for (const message of said) await community.publish('smoke-b3-0502', message);
});

describe('what a rule would have done', () => {
  it('is asked on its page, and said in work, by day, device and alarm', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content, page } = visitor;
    await visitor.goTo('/rules/smoke-alarm');
    const panel = content.getByRole('region', { name: say('backtest.title') });
    await panel.getByLabel(say('backtest.range'), { exact: true }).selectOption('24h');
    await panel.getByRole('button', { name: say('backtest.run') }).click();
    const result = panel.getByRole('region', { name: say('backtest.result') });
    await result
      .getByText(/\d+ tasks?/)
      .first()
      .waitFor();
    await result.getByText(/The rule in force raised the same then: 2/).waitFor();
    await result.getByText(say('backtest.caveat-places-of-today')).waitFor();
    await result.locator('svg').first().waitFor();
    await expectAccessible(visitor);
    await result.getByRole('listitem').getByRole('link').first().click();
    await page.waitForURL('**/devices/**');
  });

  it('is asked of what is written in the editor, and not while something is wrong with it', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content, page } = visitor;
    await visitor.goTo('/rules/smoke-alarm/edit');
    const panel = content.getByRole('region', { name: say('backtest.title') });
    await panel.getByText(say('backtest.lead-draft')).waitFor();
    await page.locator('.cm-line').filter({ hasText: 'when: value == true' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(' && lst("co") > 3', { delay: 5 });
    await panel.getByText(say('backtest.mend-first')).waitFor();
    expect(await panel.getByRole('button', { name: say('backtest.run') }).isDisabled()).toBe(true);
    for (const _ of ' && lst("co") > 3') await page.keyboard.press('Backspace');
    await content.getByText(say('yaml-editor.no-problems')).waitFor();
    await panel.getByRole('button', { name: say('backtest.run') }).click();
    const result = panel.getByRole('region', { name: say('backtest.result') });
    await result
      .getByText(/\d+ alarms?/)
      .first()
      .waitFor();
    await page.locator('.cm-line').filter({ hasText: 'when: value == true' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(' || value == true', { delay: 5 });
    await panel.getByText(say('backtest.stale')).waitFor();
  });

  it('is not asked by who may not write rules', async () => {
    await using visitor = await stage.visit(desk, 'auditor');
    await visitor.goTo('/rules/smoke-alarm');
    await visitor.content.getByText(say('rules.plain')).waitFor();
    expect(await visitor.content.getByText(say('backtest.title')).count()).toBe(0);
  });

  it('fits on a phone in the dark, in a time of one’s own', async () => {
    await using visitor = await stage.visit(phone, 'admin');
    await visitor.goTo('/rules/smoke-alarm?try=24h');
    const result = visitor.content.getByRole('region', { name: said('zh', 'backtest.result') });
    await result.waitFor();
    const range = visitor.content.getByLabel(said('zh', 'backtest.range'), { exact: true });
    await range.selectOption('own');
    await visitor.content.getByLabel(said('zh', 'backtest.from'), { exact: true }).waitFor();
    await expectLaidOut(visitor);
    await expectAccessible(visitor);
  });
});
