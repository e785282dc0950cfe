import { describe, expect, it } from 'vitest';
import { until } from '#tests/flow/support/api-client.ts';
import { calm } from '#tests/support/browser/calm.ts';
import type { View } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

interface RuleView {
  readonly version: number;
  readonly text: string;
  readonly shadow?: boolean;
}
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', key, values);

const broken = `id: too-loud
name: { en: Too loud, zh: 噪声过大 }
category: facilities
severity: warning
property: noise
when: value > 70
for: soon
`;
const stage = openStage(async ({ admin }) => {
  const { status } = await admin.send('PUT', '/api/v1/rules/too-loud', broken, 'application/yaml');
  if (status !== 200) throw new Error('a broken rule was not kept');
});
const ruleNow = async (id: string): Promise<RuleView> =>
  (await stage.community.admin.get<RuleView>(`/api/v1/rules/${id}`)).body;

const textOf = ({ page }: Visitor) => page.getByRole('textbox', { name: say('rule-editor.text') });
const saved = (version: number) => say('rule-editor.saved', { version: String(version) });

/** Puts the cursor at the end of the line that holds this. */
async function goToEnd({ page }: Visitor, line: string): Promise<void> {
  await page.locator('.cm-line').filter({ hasText: line }).first().click();
  await page.keyboard.press('End');
}

describe('the list of rules', () => {
  it('shows first what does not load, with line and column, then each rule in words', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content } = visitor;
    await visitor.goTo('/rules');
    const errors = content.getByRole('region', { name: say('rules.load-errors') });
    await errors.getByRole('link', { name: 'Too loud' }).waitFor();
    await errors.getByText(say('rules.line-column', { line: '7', column: '6' })).waitFor();
    const smoke = content.getByRole('link', { name: /Smoke alarm/ }).first();
    expect(await smoke.textContent()).toContain('when Smoke is “Detected”');
    expect(await smoke.textContent()).toContain(say('rules.state-on'));
  });

  it('is narrowed by what stands in the address', async () => {
    await using visitor = await stage.visit(desk, 'auditor');
    const { content, page } = visitor;
    await visitor.goTo('/rules?state=broken');
    const rows = content.getByRole('list', { name: say('nav.rules') }).getByRole('listitem');
    expect(await rows.count()).toBe(1);
    await content.getByLabel(say('rules.state'), { exact: true }).selectOption('');
    await content.getByLabel(say('rules.search'), { exact: true }).fill('smoke-alarm');
    await page.waitForURL('**/rules?q=smoke-alarm');
    expect(await rows.count()).toBe(1);
    await rows.getByText('Smoke alarm').first().waitFor();
  });

  it('is to look at for who is bound to some places, and not there for a grid worker', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    await manager.goTo('/rules/water-leak');
    await manager.content.getByText(say('rules.plain')).waitFor();
    const offered = await manager.content.getByRole('button').allTextContents();
    expect(offered.filter((name) => /Switch|shadow|Delete|Restore/.test(name))).toEqual([]);
    expect(await manager.content.getByRole('link', { name: say('rules.edit'), exact: true }).count()).toBe(0);

    // By an address that somebody sent: no text that could not be saved.
    await manager.goTo('/rules/water-leak/edit');
    await manager.content.getByText(say('rule-editor.may-not')).waitFor();
    expect(await textOf(manager).count()).toBe(0);

    await using worker = await stage.visit(desk, 'grid-worker');
    await worker.goTo('/rules');
    await worker.page.waitForURL((url) => url.pathname === '/');
    expect(await worker.page.getByRole('link', { name: say('nav.rules'), exact: true }).count()).toBe(0);
  });
});

describe('editing a rule', () => {
  it('marks a mistake where it is, saves what is mended, and shows the new version with what changed', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content, page } = visitor;
    await visitor.goTo('/rules/water-leak');
    await content.getByRole('link', { name: say('rules.edit'), exact: true }).click();
    await textOf(visitor).waitFor();
    await goToEnd(visitor, 'when: value == true');
    await page.keyboard.type(' && lst("co") > 3', { delay: 5 });
    const problem = content.getByRole('button', { name: /lst/ });
    await problem.waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    await expectAccessible(visitor);

    // A rule with a mistake is not even sent.
    await content.getByRole('button', { name: say('rule-editor.save') }).click();
    await page.getByText(say('yaml-editor.mend-first'), { exact: true }).waitFor();
    expect((await ruleNow('water-leak')).version).toBe(1);

    await goToEnd(visitor, 'lst(');
    for (const _ of ' && lst("co") > 3') await page.keyboard.press('Backspace');
    await goToEnd(visitor, 'clear-for: 2m');
    for (const _ of '2m') await page.keyboard.press('Backspace');
    await page.keyboard.type('3m');
    await content.getByText(say('yaml-editor.no-problems')).waitFor();
    await content.getByRole('button', { name: say('rule-editor.save') }).click();
    await page.getByText(saved(2), { exact: true }).waitFor();

    await content.getByText('for 3 minutes').waitFor();
    const versions = content.getByRole('region', { name: say('rules.versions') }).getByRole('listitem');
    const versionOf = (version: string) =>
      versions.filter({ hasText: say('rules.version-number', { version }) }).first();
    await versionOf('2')
      .getByRole('button', { name: say('rules.what-changed') })
      .click();
    const diff = content.getByRole('region', { name: say('rules.diff-label', { version: '2' }) });
    expect(await diff.textContent()).toContain('clear-for: 3m');
    expect(await diff.textContent()).toContain('clear-for: 2m');

    await versionOf('1')
      .getByRole('button', { name: say('rules.restore') })
      .click();
    const question = page.getByRole('dialog', { name: say('rules.ask-restore', { version: '1' }) });
    await question.getByRole('button', { name: say('rules.restore') }).click();
    await content.getByText('for 2 minutes').waitFor();
    expect(await ruleNow('water-leak')).toMatchObject({ version: 3 });
  });

  it('shows both texts when somebody else was faster, and loses neither', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content, page, trouble } = visitor;
    trouble.expect(/409/);
    await visitor.goTo('/rules/fall-suspected/edit');
    await goToEnd(visitor, 'for: 30s');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('5s');
    await content.getByText(say('yaml-editor.no-problems')).waitFor();
    const { text, version } = await ruleNow('fall-suspected');
    const theirs = text.replace('for: 30s', 'for: 45s');
    await stage.community.admin.send('PUT', '/api/v1/rules/fall-suspected', theirs, 'application/yaml');

    await content.getByRole('button', { name: say('rule-editor.save') }).click();
    const dialog = page.getByRole('dialog', { name: say('rule-editor.conflict') });
    const differences = dialog.getByRole('region', { name: say('rule-editor.differences') });
    expect(await differences.textContent()).toContain('for: 45s');
    expect(await differences.textContent()).toContain('for: 35s');
    await expectAccessible(visitor);
    await dialog.getByRole('button', { name: say('rule-editor.keep-mine') }).click();
    await page.getByText(saved(version + 2), { exact: true }).waitFor();
    expect((await ruleNow('fall-suspected')).text).toContain('for: 35s');
  });

  it('goes by keys alone: words are completed, Tab leads out, and what was not saved is there again', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content, page } = visitor;
    await visitor.goTo('/rules/new?template=threshold');
    await textOf(visitor).focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('lat');
    await page.getByRole('option', { name: /lateness/ }).waitFor();
    // Enter is that of the text in the first moment of the list, so that nobody takes a word by accident.
    await calm(page);
    await page.keyboard.press('Enter');
    await page.keyboard.type('2m');
    expect(await textOf(visitor).textContent()).toContain('lateness: 2m');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toContain(say('rule-editor.save'));

    await page.reload();
    await content.getByText(say('rule-editor.draft')).waitFor();
    // Another pattern begins anew and takes nothing away.
    await content.getByRole('radio', { name: say('rule-editor.template-silence') }).check();
    await page.locator('.cm-line').filter({ hasText: 'silent-for' }).waitFor();
    await content.getByRole('radio', { name: say('rule-editor.template-threshold') }).check();
    await page.locator('.cm-line').filter({ hasText: 'lateness' }).waitFor();
    expect(await textOf(visitor).textContent()).toContain('lateness: 2m');
    await content.getByText(say('yaml-editor.no-problems')).waitFor();
    await content.getByRole('button', { name: say('rule-editor.save') }).click();
    await page.getByRole('heading', { level: 1, name: 'Flat too hot' }).waitFor();
    expect((await ruleNow('my-flat-too-hot')).text).toContain('lateness: 2m');
  });

  it('is possible on a phone in the dark', async () => {
    await using visitor = await stage.visit(phone, 'admin');
    await visitor.goTo('/rules/too-loud/edit');
    await visitor.page.locator('.cm-lint-marker-error').waitFor();
    await expectLaidOut(visitor);
    await expectAccessible(visitor);
  });
});

describe('one rule', () => {
  it('runs in the shadow when it is told to, after asking', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content, page } = visitor;
    await visitor.goTo('/rules/device-silent');
    await content.getByRole('button', { name: say('rules.turn-shadow') }).click();
    const question = page.getByRole('dialog', { name: say('rules.ask-shadow') });
    await question.getByRole('button', { name: say('rules.turn-shadow') }).click();
    await content.getByText(say('rules.means-shadow')).waitFor();
    expect(await content.getByText(say('rules.state-shadow'), { exact: true }).count()).toBeGreaterThan(0);
    expect(await ruleNow('device-silent')).toMatchObject({ shadow: true });
    await content.getByRole('button', { name: say('rules.turn-on') }).click();
    await content.getByText(say('rules.means-on')).waitFor();
    expect(await ruleNow('device-silent')).not.toHaveProperty('shadow');
  });

  it.each(['en', 'zh'] as const)('says in words (%s) why it did not fire for a device', async (language) => {
    await stage.community.publish('smoke-b3-0502', { smoke: false });
    await until(
      () => stage.community.admin.all('/api/v1/rules/smoke-alarm/trace?device=smoke-b3-0502'),
      (entries) => entries.length > 0,
    );
    await using leader = await stage.visit({ ...desk, language }, 'grid-leader');
    await leader.goTo('/rules/smoke-alarm');
    await leader.content
      .getByLabel(said(language, 'trace.device'), { exact: true })
      .selectOption('smoke-b3-0502');
    const answer = leader.content
      .getByRole('status')
      .filter({ hasText: said(language, 'trace-answers.quiet') });
    await answer.waitFor();
    expect(await answer.textContent()).toContain(said(language, 'values.smoke-false'));
    await expectAccessible(leader);
  });

  it('says that it is held back, and by which mode', async () => {
    await stage.community.admin.send('PUT', '/api/v1/modes', {
      target: 'g1',
      mode: 'maintenance',
      reason: 'works',
    });
    await stage.community.publish('leak-g1-garage', { 'water-leak': true });
    await using visitor = await stage.visit(desk, 'admin');
    await visitor.goTo('/rules/water-leak?device=leak-g1-garage');
    await visitor.content
      .getByText(
        `${say('trace-answers.held-back')} ${say('trace.by-mode', { mode: say('modes.maintenance') })}`,
      )
      .waitFor();
  });
});
