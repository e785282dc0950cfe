import { describe, expect, it } from 'vitest';
import { until } from '#tests/flow/support/api-client.ts';
import type { View } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { airMapping } from '#tests/support/sample-mapping.ts';
import { linesOf } from '../../dashboards/console/src/pages/mappings/samples.ts';
import { type LivedInCommunity, tokenOf } from './support/lived-in-community.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const gateway = 'gw-yard';
const t = Math.round(Date.now() / 1_000) - 60;

/** A gateway that says of a lid what its mapping does not know, three times. */
async function prepare(community: LivedInCommunity): Promise<void> {
  await community.admin.post('/api/v1/mappings', airMapping);
  const device = {
    id: gateway,
    name: { zh: '院内网关', en: 'Yard gateway' },
    kind: 'gateway',
    place: 'b3',
    dialect: 'custom',
    mapping: airMapping.id,
    topic: 'yard/#',
  };
  await community.admin.post('/api/v1/devices', { ...device, token: tokenOf(gateway) });
  await community.admin.post('/api/v1/devices', {
    id: 'lid-7',
    kind: 'environment',
    place: 'b3',
    gateway,
    address: 'A-7',
  });
  for (const seq of [1, 2, 3])
    await community.publish(
      gateway,
      { t: t + seq, seq, temp: 215 + seq, lid: 'ajar' },
      'yard/north/A-7/data',
    );
  await until(
    () => community.admin.all('/api/v1/quarantine?device=lid-7&state=held'),
    (items) => items.length === 3,
  );
}
const stage = openStage(prepare);

const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', `mappings.${key}`, values);

const editorOf = ({ page }: Visitor) => page.getByRole('textbox', { name: say('text') });
/** As somebody would put another text in the place of all that stands there. */
async function write(visitor: Visitor, text: string): Promise<void> {
  await editorOf(visitor).click();
  await visitor.page.keyboard.press('ControlOrMeta+a');
  await visitor.page.keyboard.insertText(text);
}
const textOf = async (visitor: Visitor): Promise<string> =>
  (await editorOf(visitor).locator('.cm-line').allTextContents()).join('\n');

describe('the page of a mapping', () => {
  it('shows what a sample becomes while one writes, and what is wrong where it stands', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { page } = visitor;
    await visitor.goTo('/mappings/new');
    await page.getByLabel(say('topic', { number: '1' }), { exact: true }).fill('acme/hall/A-9/data');
    await page
      .getByLabel(say('payload', { number: '1' }), { exact: true })
      .fill(JSON.stringify({ t, temp_f: 72.5, door: 'open' }));
    await page.getByRole('button', { name: say('suggest') }).click();
    await page.getByText(say('suggested'), { exact: true }).waitFor();
    const result = page.getByRole('region', { name: say('results') });
    await result.getByText('22.5 °C').waitFor();
    expect(await result.getByText(say('outcome-read')).count()).toBe(1);
    expect(await result.getByText('A-9', { exact: true }).count()).toBe(1);
    expect(await textOf(visitor)).toContain('unit: "[degF]"');
    await write(visitor, (await textOf(visitor)).replace('[degF]', 'parsec'));
    await page
      .getByText(said('en', 'yaml-editor.problems', { count: '1' }).split('|')[0]?.trim() ?? '')
      .first()
      .waitFor();
    await page.getByRole('button', { name: /parsec/ }).waitFor();
    await page.getByRole('button', { name: say('put-back') }).click();
    expect(await textOf(visitor)).toContain('my-sensors');
  });

  it('mends what waits in quarantine: from the group to its samples, saved, replayed, and told what it came to', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { page } = visitor;
    await visitor.goTo('/quarantine');
    const group = page.getByRole('article').filter({ hasText: 'lid-7' });
    await group.getByRole('button', { name: said('en', 'quarantine.details') }).click();
    await group.getByText(said('en', 'quarantine.todo-mapping')).waitFor();
    await group.getByRole('link', { name: said('en', 'quarantine.mend-mapping') }).click();
    await page.waitForURL(/\/mappings\/yard-air/);
    const result = page.getByRole('region', { name: say('results') });
    await result.getByText(say('outcome-partly')).first().waitFor();
    expect(await page.getByLabel(say('payload', { number: '3' }), { exact: true }).inputValue()).toContain(
      'ajar',
    );
    const replay = page.getByRole('button', { name: /^Replay these 3/ });
    expect(await replay.isEnabled()).toBe(true);
    // The editor holds in the page only what is in sight of it.
    const { body: standing } = await stage.community.admin.get<{ text: string }>('/api/v1/mappings/yard-air');
    await write(visitor, standing.text.replace('open: true', 'open: true, ajar: true'));
    await result.getByText(said('en', 'values.door-open-true')).first().waitFor();
    // What is not saved is not what a replay would read by.
    expect(await replay.isDisabled()).toBe(true);
    await page.getByRole('button', { name: say('save'), exact: true }).click();
    await page.getByText(say('saved'), { exact: true }).waitFor();
    await replay.click();
    await page
      .getByText(said('en', 'quarantine.all-read', { replayed: '3', read: '3' }), {
        exact: true,
      })
      .waitFor();
    expect(await stage.community.admin.all('/api/v1/quarantine?device=lid-7&state=held')).toEqual([]);
    const { body } = await stage.community.admin.get<Record<string, { value: unknown }>>(
      '/api/v1/devices/lid-7/latest',
    );
    expect(body['door-open']?.value).toBe(true);
  });

  it('is saved under its own name and given to a gateway', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { page } = visitor;
    await visitor.goTo('/mappings/new');
    await write(
      visitor,
      'id: bells\nmessages:\n- topic: bell/{sn}\n  address: "{sn}"\n  values:\n  - { property: sos, value: true }\n',
    );
    await page.getByText(said('en', 'yaml-editor.no-problems')).waitFor();
    await page.getByRole('button', { name: say('save'), exact: true }).click();
    await page.waitForURL(/\/mappings\/bells$/);
    await page.getByLabel(say('assign-to')).selectOption(gateway);
    await page.getByRole('button', { name: say('assign') }).click();
    // It is read by another now, which ends: nobody does that by a tap.
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('assign-ask-mapping', { mapping: 'yard-air' })).waitFor();
    const standing = await stage.community.admin.get(`/api/v1/devices/${gateway}`);
    expect(standing.body).toMatchObject({ mapping: 'yard-air' });
    await dialog.getByRole('button', { name: say('assign') }).click();
    await page
      .getByRole('region', { name: say('gateways') })
      .getByText('yard/#')
      .waitFor();
    const { body } = await stage.community.admin.get(`/api/v1/devices/${gateway}`);
    expect(body).toMatchObject({ dialect: 'custom', mapping: 'bells' });
    await visitor.goTo('/mappings');
    expect(
      await page.getByRole('listitem').filter({ hasText: 'bells' }).getByText('Yard gateway').count(),
    ).toBe(1);
  });

  it('fits a phone, and lets a manager try but not save', async () => {
    await using visitor = await stage.visit(phone, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/mappings/yard-air');
    await page
      .getByLabel(said('zh', 'mappings.topic', { number: '1' }), { exact: true })
      .fill('yard/north/A-7/data');
    await page
      .getByLabel(said('zh', 'mappings.payload', { number: '1' }), { exact: true })
      .fill(`{"t":${t},"temp":215}`);
    await page.getByText('21.5 °C').waitFor();
    expect(await page.getByRole('button', { name: said('zh', 'mappings.save'), exact: true }).count()).toBe(
      0,
    );
    await expectLaidOut(visitor);
    await expectAccessible(visitor);
  });
});

it('lines that were pasted are samples', () => {
  expect(linesOf('a/b {"x":1}\n\nc/d 21.5\ne').map(({ payload, topic }) => [topic, payload])).toEqual([
    ['a/b', '{\n  "x": 1\n}'],
    ['c/d', '21.5'],
    ['e', ''],
  ]);
});
