/**
 * `npm run screenshots`: every page of the console as the demo fills it, in both languages, light and dark, on phone, desk and
 * wall. Writes docs/screenshots/PAGE-LANGUAGE-APPEARANCE-WIDTH.webp; `--help` says what else it can.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Browser } from 'playwright-core';
import { said } from '#tests/console/support/words.ts';
import { launchChromium } from '#tests/support/browser/chromium.ts';
import { addressOf, type ConsolePage, consolePages, whoOpens } from '#tests/support/browser/console-pages.ts';
import { takePicture } from '#tests/support/browser/picture.ts';
import { everyView, type View, viewName } from '#tests/support/browser/view.ts';
import { Visitor } from '#tests/support/browser/visitor.ts';
import { type Demo, DemoVisit } from '#tests/support/demo-visit.ts';
import { RunningDemo } from '#tests/support/running-demo.ts';
import { airMapping, airSample } from '#tests/support/sample-mapping.ts';

interface Options {
  readonly out: string;
  readonly format: 'webp' | 'png';
  readonly page?: readonly string[];
  readonly view?: string;
  readonly days: string;
  readonly url?: string;
  readonly password: string;
}

const options = new Command('screenshots')
  .option('--out <dir>', 'where to', 'docs/screenshots')
  .addOption(new Option('--format <format>', 'png to look closely').choices(['webp', 'png']).default('webp'))
  .option('--page <patterns...>', 'only pages whose name holds one of these')
  .option('--view <pattern>', 'only views whose name (zh-dark-390) holds this')
  .option('--days <n>', 'of history in the demo', '7')
  .option('--url <url>', 'of a demo that runs, instead of one of its own')
  .option('--password <password>', 'of that demo', 'gridbell-demo')
  .parse()
  .opts<Options>();

/** Who sees most of a page. */
const roles = ['property-manager', 'grid-worker', 'admin'] as const;
type Role = (typeof roles)[number];
const phoneRoles: readonly Role[] = ['grid-worker', ...roles];
const maxHeights = { 390: 1_700, 1440: 1_500, 1920: 1_400 } as const;

if (spawnSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' }).stdout?.trim() === '') {
  process.stderr.write('no Chinese font is installed: apt-get install fonts-noto-cjk\n');
  process.exit(1);
}

interface Face extends ConsolePage {
  /** What is done on it before the picture. */
  readonly prepare?: (visitor: Visitor) => Promise<void>;
}

/**
 * Pages that look quite different by their address or with something on them: a building as a heat map, the overview as it hangs
 * in a duty room, a device that can be told something, a mapping that is tried on a message.
 */
const otherFaces = ({ language, width }: View): readonly Face[] => [
  { name: 'heat-map', path: '/explorer?view=heat&place=g1&property=temperature&range=7d' },
  { name: 'device-commands', path: '/devices/lock-b3', roles: ['property-manager'] },
  {
    name: 'mapping-tried',
    path: `/mappings/${airMapping.id}`,
    roles: ['admin'],
    prepare: async ({ page }) => {
      const field = (word: string) =>
        page.getByLabel(said(language, `mappings.${word}`, { number: '1' }), { exact: true });
      await field('topic').fill(airSample.topic);
      await field('payload').fill(airSample.payload);
      await page.getByText('21.5 °C').first().waitFor();
    },
  },
  ...(width === 1920 ? [{ name: 'wall', path: '/?wall=1' }] : []),
];
const wanted = (name: string, patterns: readonly string[] = ['']): boolean =>
  patterns.some((pattern) => name.includes(pattern));

async function take({ page }: Visitor, name: string, view: View): Promise<void> {
  const file = join(options.out, `${name}-${viewName(view)}.${options.format}`);
  await takePicture(page, { file, format: options.format, maxHeight: maxHeights[view.width] });
  process.stdout.write(`${file}\n`);
}

async function photograph(browser: Browser, visit: DemoVisit, view: View): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const { base } = visit.demo;
  const stranger = opened.use(await Visitor.open(browser, { base, view }));
  await stranger.goTo('/sign-in');
  if (wanted('sign-in', options.page)) await take(stranger, 'sign-in', view);

  const visitors = new Map<Role, Visitor>();
  const faces: readonly Face[] = [...consolePages, ...otherFaces(view)];
  for (const page of faces.filter(({ name }) => wanted(name, options.page))) {
    const role = whoOpens(page, view.width === 390 ? phoneRoles : roles);
    const known = visitors.get(role);
    const visitor =
      known ?? opened.use(await Visitor.open(browser, { base, view, as: await visit.accountFor(role) }));
    visitors.set(role, visitor);
    await visitor.goTo(await addressOf(page, visit.admin));
    await page.prepare?.(visitor);
    await take(visitor, page.name, view);
  }
}

async function photographAll(demo: Demo): Promise<void> {
  mkdirSync(options.out, { recursive: true });
  await using browser = await launchChromium();
  const visit = await DemoVisit.begin(demo);
  await visit.storyHasBegun();
  await visit.mappingIsThere();
  await visit.newcomersHaveCome();
  await visit.lockIsThere();
  await visit.flowsAreDrawn();
  for (const view of everyView.filter((each) => viewName(each).includes(options.view ?? '')))
    await photograph(browser, visit, view);
}

if (options.url !== undefined) await photographAll({ base: options.url, password: options.password });
else {
  await using demo = await RunningDemo.start({
    days: Number(options.days),
    env: { GRIDBELL_FLOWS_ENABLED: 'true' },
  });
  await photographAll(demo);
}
