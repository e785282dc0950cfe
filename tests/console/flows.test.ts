import { expect, it } from 'vitest';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage(undefined, { GRIDBELL_FLOWS_ENABLED: 'true' });
const say = (key: string, language: 'en' | 'zh' = 'en'): string => said(language, `flows.${key}`);

const lamp = [
  {
    id: 'press',
    type: 'inject',
    name: 'Try it',
    props: [],
    repeat: '',
    once: false,
    x: 140,
    y: 80,
    wires: [['lamp']],
  },
  { id: 'lamp', type: 'gridbell-raise-alarm', name: 'Corridor lamp', x: 360, y: 80, wires: [[]] },
];

it('leads an admin into the editor, where a flow is imported and deployed; it is in the list then', async () => {
  await using visitor = await stage.visit({ language: 'en', appearance: 'light', width: 1440 }, 'admin');
  const { page } = visitor;
  await visitor.goTo('/flow-control');
  await page.getByText(say('is-running')).waitFor({ timeout: 60_000 });
  await page.getByText(say('versions-none')).waitFor();
  const [editor] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: say('open') }).click(),
  ]);
  const refused: string[] = [];
  editor.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  await editor.locator('.red-ui-palette-node[data-palette-type="inject"]').waitFor({ timeout: 60_000 });
  await editor.locator('.red-ui-palette-node[data-palette-type="gridbell-raise-alarm"]').waitFor();
  // Gridbell's own stand first.
  const categories = await editor
    .locator('.red-ui-palette-category:visible')
    .evaluateAll((all) => all.map(({ id }) => id));
  expect(categories[0]).toContain('gridbell');
  expect(await editor.locator('.red-ui-palette-header:visible').first().textContent()).toBe('Gridbell');

  await editor.locator('body').press('Control+i');
  const text = editor.locator('#red-ui-clipboard-dialog-import-text');
  await text.fill(JSON.stringify(lamp));
  // The editor looks at the text when a key is let go in it.
  await text.press('End');
  await editor.locator('#red-ui-clipboard-dialog-ok').click();
  await editor.mouse.click(600, 300);
  await editor.getByText('Corridor lamp').first().waitFor();
  await editor.locator('#red-ui-header-button-deploy').click();
  // The lamp has no rule yet, and the editor says so.
  await editor.getByRole('button', { name: 'Confirm deploy' }).click();
  await editor.getByText('Successfully deployed').waitFor();
  expect(refused).toEqual([]);
  await editor.close();

  await page.getByText('1 tab, 2 nodes').first().waitFor();
  await page.getByText(say('stands')).waitFor();
});

it('says what is wrong, pauses and stops after asking', async () => {
  await using visitor = await stage.visit({ language: 'en', appearance: 'light', width: 1440 }, 'admin');
  const { page } = visitor;
  await visitor.goTo('/flow-control');
  await page.getByRole('button', { name: say('safe-mode') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: say('safe-mode') })
    .click();
  await page.getByText(say('is-safe-mode')).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: say('stop') }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: say('stop') })
    .click();
  await page.getByText(say('is-stopped')).waitFor();
  await page.getByRole('button', { name: say('start'), exact: true }).click();
  await page
    .getByText(say('is-running'))
    .or(page.getByText(say('is-paused')))
    .waitFor({ timeout: 60_000 });
});

it('is not there for a grid worker, who is told so by the editor, too', async () => {
  await using visitor = await stage.visit({ language: 'zh', appearance: 'light', width: 390 }, 'grid-worker');
  const { page } = visitor;
  visitor.trouble.expect(/403/);
  expect(await page.getByRole('link', { name: said('zh', 'nav.flows') }).count()).toBe(0);
  const answer = await page.goto(`${stage.community.base}/flows/`);
  expect(answer?.status()).toBe(403);
});

const crashed = {
  state: 'safe-mode',
  since: new Date(0).toISOString(),
  flows: 'safe',
  because: 'safe-mode',
  crashes: { crashed: 3, hung: 1, memory: 1, disk: 0, 'not-started': 0 },
  crashesInARow: 5,
  lastEnd: {
    at: new Date(0).toISOString(),
    reason: 'crashed',
    detail: 'ended with code 1: Error: nobody minds\n    at x',
  },
  nextStartAt: null,
  memoryBytes: 470_000_000,
  raised: [{ rule: 'corridor-light-with-a-rather-long-name', alarms: 1_204, active: 3 }],
  complaints: [
    {
      at: new Date(0).toISOString(),
      level: 'error',
      text: 'Error: nobody minds\n    at x',
      node: { id: 'a', type: 'function', name: '' },
    },
    { at: new Date(0).toISOString(), level: 'warn', text: 'the lamp is slow', node: null },
  ],
};

it.each([
  ['zh', 'dark', 1440],
  ['en', 'light', 390],
] as const)(
  'is well built in %s, %s, at %i, with all that may be wrong',
  async (language, appearance, width) => {
    await using visitor = await stage.visit({ language, appearance, width }, 'admin');
    const { page } = visitor;
    await page.route('**/api/v1/flows', async (route) => {
      const flows = await (await route.fetch()).json();
      await route.fulfill({ json: { ...flows, ...crashed } });
    });
    await visitor.goTo('/flow-control');
    await page.getByText(crashed.raised[0]?.rule ?? '').waitFor();
    await page.getByText(say('complaints', language)).waitFor();
    const look = process.env['LOOK'];
    if (look) await page.screenshot({ path: `${look}-${language}-${width}.png`, fullPage: true });
    // Long names leave room for what they name.
    const [name, fact] = await Promise.all(
      ['dt', 'dd'].map((part) =>
        page
          .locator(part)
          .first()
          .evaluate((element) => element.clientWidth),
      ),
    );
    expect(fact).toBeGreaterThan(name ?? Number.POSITIVE_INFINITY);
    await expectLaidOut(visitor);
    await expectAccessible(visitor);
  },
);
