import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { until } from '#tests/flow/support/api-client.ts';
import type { View } from '#tests/support/browser/view.ts';
import { sayAs, zigbeeNewcomers } from '#tests/support/said-over-mqtt.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage((community) => community.publishAs('z2m-1', zigbeeNewcomers));
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', key, values);

describe('gateways', () => {
  it('say what they speak, what they carry and what waits of it, and lead there', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo('/gateways');
    const card = content.getByRole('article').filter({ hasText: 'Zigbee gateway, grid 1' });
    await card.getByText('Zigbee2MQTT', { exact: true }).waitFor();
    await card.getByText('zigbee2mqtt/#', { exact: true }).waitFor();
    await expectAccessible(visitor);
    await card
      .getByRole('link', { name: `${Object.keys(zigbeeNewcomers).length} ${say('gateways.unclaimed')}` })
      .click();
    await page.waitForURL(/\/unclaimed\?gateway=z2m-1$/);
    await content.getByRole('heading', { name: '3-502 入户门' }).waitFor();
  });

  it('are added with a password that is shown once and lets it in, and are retired while they carry nothing', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo('/gateways');
    await content.getByRole('button', { name: say('gateways.add') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('gateways.add') }).click();
    await dialog.getByText(say('gateways.dialect-needed'), { exact: true }).waitFor();
    await dialog.getByText(say('gateways.place-needed'), { exact: true }).waitFor();
    await dialog.getByLabel(say('gateways.dialect'), { exact: true }).selectOption('zigbee2mqtt');
    await dialog.getByLabel(say('devices.place'), { exact: true }).selectOption('b3');
    await dialog.getByText(say('gateways.more'), { exact: true }).click();
    const topic = dialog.getByLabel(say('gateways.topic'), { exact: true });
    await topic.fill('gridbell/#');
    await dialog.getByRole('button', { name: say('gateways.add') }).click();
    await dialog.getByText(say('gateways.topic-ours')).first().waitFor();
    await topic.fill('');
    await dialog.getByRole('button', { name: say('gateways.add') }).click();
    const lines = dialog.locator('pre');
    await lines.nth(1).waitFor();
    await expectAccessible(visitor);
    const token = (await lines.nth(0).textContent()) ?? '';
    expect(await lines.nth(1).textContent()).toContain(`password: "${token}"`);
    await dialog.getByRole('button', { name: say('gateways.has-token') }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await content.getByText(token).count(), 'and never again').toBe(0);

    const port = stage.community.platform.ready.mqtt;
    await sayAs(
      { port, username: 'zigbee2mqtt-1', password: token },
      { 'zigbee2mqtt/hall': { contact: true } },
    );
    const card = content.getByRole('article').filter({ hasText: 'zigbee2mqtt-1' });
    const { admin } = stage.community;
    await until(
      () => admin.get<{ carried: { unclaimed: number } }>('/api/v1/gateways/zigbee2mqtt-1'),
      ({ body }) => body.carried.unclaimed === 1,
    );

    // A new password shuts the old one out.
    await card.getByRole('button', { name: say('gateways.new-token') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: say('gateways.new-token') })
      .click();
    const renewed = page.getByRole('dialog').locator('pre').first();
    await renewed.waitFor();
    expect(await renewed.textContent()).not.toBe(token);
    await expect(
      mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
        username: 'zigbee2mqtt-1',
        password: token,
        reconnectPeriod: 0,
      }),
    ).rejects.toThrow();
    await page.keyboard.press('Escape');

    await card.getByRole('button', { name: say('gateways.remove') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: say('gateways.remove') })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await card.waitFor({ state: 'detached' });
    expect((await admin.get('/api/v1/gateways/zigbee2mqtt-1')).status).toBe(404);
  });

  it('are for those who may change none to look at', async () => {
    await using visitor = await stage.visit(phone, 'grid-worker');
    await visitor.goTo('/gateways');
    await visitor.content.getByRole('article').first().waitFor();
    await expectLaidOut(visitor);
    expect(await visitor.content.getByRole('button').count()).toBe(0);
  });
});

describe('labels', () => {
  it('hold the address of the claiming page, for things that have not spoken, too', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content } = visitor;
    await visitor.goTo('/labels');
    const labels = content.getByRole('list', { name: say('nav.device-labels') }).getByRole('listitem');
    await labels.first().waitFor();
    expect(await labels.count()).toBe(Object.keys(zigbeeNewcomers).length);
    await content.getByLabel(say('device-labels.which'), { exact: true }).selectOption('unheard');
    await content.getByLabel(say('onboarding.gateway'), { exact: true }).selectOption('z2m-1');
    await content
      .getByLabel(say('device-labels.addresses'), { exact: true })
      .fill('hall 1\n\nhall 2\nhall 1\n');
    await content.getByText(say('device-labels.none-typed')).waitFor({ state: 'detached' });
    expect(await labels.getByRole('heading').allTextContents()).toEqual(['hall 1', 'hall 2']);
    await expectAccessible(visitor);
  });

  it('come on A4, three beside each other, without what is around them on the screen', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo('/labels?which=all');
    const labels = content.getByRole('list', { name: say('nav.device-labels') }).getByRole('listitem');
    await labels.nth(24).waitFor();
    await page.emulateMedia({ media: 'print' });
    // What A4 leaves between the margins, at 96 dots an inch.
    await page.setViewportSize({ width: 741, height: 1_010 });
    const boxes = await Promise.all([0, 1, 2, 3].map(async (index) => await labels.nth(index).boundingBox()));
    const [first, second, third, fourth] = boxes;
    expect([second?.y, third?.y]).toEqual([first?.y, first?.y]);
    expect(fourth?.x).toBe(first?.x);
    expect((third?.x ?? 0) + (third?.width ?? 0)).toBeLessThanOrEqual(741);
    expect(7 * (first?.height ?? 0), 'seven below each other').toBeLessThanOrEqual(1_010);
    expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0);
    expect(await content.getByRole('heading', { level: 1 }).isVisible()).toBe(false);
  });
});
