import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { zigbeeNewcomers } from '#tests/support/said-over-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage((community) => community.publishAs('z2m-1', zigbeeNewcomers));
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', key, values);
const zh = (key: string, values?: Record<string, string>): string => said('zh', key, values);

interface DeviceView {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  readonly name?: string;
  readonly unclaimed?: true;
  readonly probationUntil?: string;
}
const deviceAt = async (address: string): Promise<DeviceView | undefined> => {
  const query = String(new URLSearchParams({ gateway: 'z2m-1', address }));
  const { body } = await stage.community.admin.get<{ items: readonly DeviceView[] }>(
    `/api/v1/devices?${query}`,
  );
  return body.items[0];
};

describe('a label on a thing', () => {
  it('leads to a page on the phone where it is claimed with three taps', async () => {
    await using visitor = await stage.visit(phone, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo('/claim?gateway=z2m-1&address=0x00158d0004a1b2c3');
    // What it said and what it seems to be stand there before anything is pressed.
    await content.getByText(zh('onboarding.guess-properties', { said: '烟雾' })).waitFor();
    await expectLaidOut(visitor);
    await expectAccessible(visitor);
    await content.getByRole('button', { name: '3号楼', exact: true }).click();
    await content.getByRole('button', { name: '3-502', exact: true }).click();
    await expectAccessible(visitor);
    await content.getByRole('button', { name: zh('claim.claim-to', { place: '3-502' }) }).click();
    await content.getByText(zh('claim.done'), { exact: true }).waitFor();
    expect(await deviceAt('0x00158d0004a1b2c3')).toMatchObject({ kind: 'smoke-detector', place: 'b3-0502' });

    // The next one is put up in the same building: the door and the button are all.
    await visitor.goTo(
      `/claim?${String(new URLSearchParams({ gateway: 'z2m-1', address: '3-301 卫生间' }))}`,
    );
    await content.getByRole('button', { name: '3-301', exact: true }).click();
    await content.getByRole('button', { name: zh('claim.claim-to', { place: '3-301' }) }).click();
    await content.getByText(zh('claim.done'), { exact: true }).waitFor();
    expect(await deviceAt('3-301 卫生间')).toMatchObject({
      place: 'b3-0301',
      probationUntil: expect.any(String),
    });

    // Scanned again, it says what stands and leads there.
    await visitor.goTo('/claim?gateway=z2m-1&address=0x00158d0004a1b2c3');
    await content.getByText('3-502').first().waitFor();
    expect(await content.getByRole('button', { name: '3号楼', exact: true }).count()).toBe(0);
    await content.getByRole('link', { name: zh('claim.open-device') }).click();
    await page.waitForURL(/\/devices\/z2m-1-/);
  });

  it('may be scanned before the thing has spoken: it is known as soon as it does', async () => {
    await using visitor = await stage.visit(phone, 'property-manager');
    const { content } = visitor;
    await visitor.goTo('/claim?gateway=z2m-1&address=siren-hall');
    await content.getByText(zh('claim.unheard')).waitFor();
    await content.getByLabel(zh('onboarding.kind'), { exact: true }).selectOption('siren');
    await content.getByRole('button', { name: '3号楼', exact: true }).click();
    await content.getByRole('button', { name: zh('onboarding.shared') }).click();
    await content.getByRole('button', { name: zh('claim.claim-to', { place: '3号楼' }) }).click();
    await content.getByText(zh('claim.done'), { exact: true }).waitFor();
    expect(await deviceAt('siren-hall')).toMatchObject({ kind: 'siren', place: 'b3' });
  });

  it('says so when there is no such thing, and offers nothing to those who may not claim', async () => {
    await using visitor = await stage.visit(phone, 'grid-worker');
    const { content } = visitor;
    await visitor.goTo('/claim?gateway=nobody&address=x');
    await content.getByText(zh('claim.nothing'), { exact: true }).waitFor();
    await visitor.goTo(`/claim?${String(new URLSearchParams({ gateway: 'z2m-1', address: '车库水浸' }))}`);
    await content.getByText(zh('onboarding.ask-manager')).waitFor();
    expect(await content.getByRole('button').count()).toBe(0);
  });

  it('that somebody else claimed meanwhile tells what stands', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, trouble } = visitor;
    trouble.expect(/409/);
    const address = '车库水浸';
    await visitor.goTo(`/claim?${String(new URLSearchParams({ gateway: 'z2m-1', address }))}`);
    await content.getByRole('button', { name: 'Building 3', exact: true }).click();
    await content.getByRole('button', { name: say('onboarding.shared') }).click();
    const { id } = (await deviceAt(address)) ?? { id: '' };
    await stage.community.admin.post(`/api/v1/devices/${id}/claim`, { place: 'g1-garage' });
    await content.getByRole('button', { name: say('claim.claim-to', { place: 'Building 3' }) }).click();
    await content.getByText(/Claimed already:/).waitFor();
    expect(await deviceAt(address)).toMatchObject({ place: 'g1-garage' });
  });
});

describe('many unclaimed things', () => {
  it('are claimed together: a building, a room each, and all or none', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo('/unclaimed');
    for (const name of ['3-502 入户门', '0x00124b0022c7aa10'])
      await content.getByRole('checkbox', { name: say('unclaimed.choose', { name }) }).check();
    await content.getByRole('button', { name: say('unclaimed.claim-chosen') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('unclaimed.claim-all') }).click();
    // Of one nobody can tell what it is, and no building was said.
    await dialog.getByText(say('unclaimed.house-needed'), { exact: true }).waitFor();
    await dialog.getByText(say('unclaimed.kind-needed')).waitFor();
    await dialog.getByLabel(say('onboarding.house'), { exact: true }).selectOption('b3');
    const line = (name: string) => dialog.getByRole('listitem').filter({ hasText: name });
    await line('0x00124b0022c7aa10')
      .getByLabel(say('onboarding.kind'), { exact: true })
      .selectOption('environment');
    await line('3-502 入户门').getByLabel(say('onboarding.room'), { exact: true }).selectOption('b3-0502');
    await dialog.getByRole('checkbox').check();
    await expectAccessible(visitor);
    await dialog.getByRole('button', { name: say('unclaimed.claim-all') }).click();
    await dialog.waitFor({ state: 'hidden' });
    const door = await deviceAt('3-502 入户门');
    expect(door).toMatchObject({ place: 'b3-0502', kind: 'door' });
    expect(door?.probationUntil, 'it is live').toBeUndefined();
    expect(await deviceAt('0x00124b0022c7aa10')).toMatchObject({ place: 'b3', kind: 'environment' });
  });

  it('are claimed with a sheet, in the encoding of the spreadsheets of this country, too; each line that is wrong says why', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page, trouble } = visitor;
    trouble.expect(/40[09]|422/);
    using directory = temporaryDirectory();
    await visitor.goTo('/unclaimed');
    await content.getByRole('button', { name: say('unclaimed.by-list') }).click();
    const dialog = page.getByRole('dialog');
    const saved = page.waitForEvent('download');
    await dialog.getByRole('button', { name: say('unclaimed.template') }).click();
    const sheet = join(directory.path, 'claims.csv');
    await (await saved).saveAs(sheet);
    const rows = parse(readFileSync(sheet), { bom: true, columns: true }) as Record<string, string>[];
    const [row] = rows;
    expect(rows.map(({ kind }) => kind)).toEqual(['environment']);

    const file = dialog.getByLabel(say('unclaimed.list-second'));
    writeFileSync(sheet, `id,name,kind,place,live\n${row?.['id']},,environment,moon,\nnobody,,door,b3,\n`);
    await file.setInputFiles(sheet);
    await dialog.getByText('Line 2', { exact: true }).waitFor();
    await dialog.getByText(say('claim-reasons.no-device')).waitFor();
    await dialog.getByText('nobody,,door,b3,').waitFor();
    await expectAccessible(visitor);
    const claim = dialog.getByRole('button', { name: say('unclaimed.claim-all') });
    expect(await claim.isDisabled(), 'nothing is claimed while something is wrong').toBe(true);

    // 温度 as GBK.
    writeFileSync(
      sheet,
      Buffer.concat([
        Buffer.from(`id,name,kind,place,live\n${row?.['id']},`),
        Buffer.from([0xce, 0xc2, 0xb6, 0xc8]),
        Buffer.from(',environment,b3-0301,yes\n'),
      ]),
    );
    await file.setInputFiles(sheet);
    await dialog.getByText(say('unclaimed.list-is-right', { count: '1' }).split(' | ')[0] ?? '').waitFor();
    expect(await deviceAt('0x00158d0007e8f901'), 'trying changes nothing').toMatchObject({ unclaimed: true });
    await claim.click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await deviceAt('0x00158d0007e8f901')).toMatchObject({ place: 'b3-0301', name: '温度' });
  });

  it('are for those who may not claim to look at', async () => {
    await stage.community.publishAs('z2m-1', { 'zigbee2mqtt/one more': { contact: true } });
    await using visitor = await stage.visit(desk, 'grid-worker');
    const { content } = visitor;
    await visitor.goTo('/unclaimed');
    await content.getByRole('heading', { name: 'one more' }).waitFor();
    await content.getByText(say('onboarding.ask-manager')).waitFor();
    expect(await content.getByRole('checkbox').count()).toBe(0);
    expect(await content.getByRole('link', { name: say('onboarding.claim') }).count()).toBe(0);
  });
});
