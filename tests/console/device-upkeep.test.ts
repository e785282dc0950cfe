import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage(async (community) => {
  await community.publishAs('z2m-1', {
    'zigbee2mqtt/old smoke': { smoke: false, battery: 3 },
    'zigbee2mqtt/alarm horn': { alarm: false, battery: 80 },
  });
  const gateway = 'z2m-1';
  const { body, status } = await community.admin.post('/api/v1/devices/claims', {
    claims: [
      {
        gateway,
        address: 'old smoke',
        place: 'b3-0502',
        kind: 'smoke-detector',
        name: 'Kitchen smoke',
        live: true,
      },
      { gateway, address: 'alarm horn', place: 'b3', kind: 'siren' },
      { gateway, address: 'front door', place: 'b3', kind: 'lock', name: 'Front door' },
    ],
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
});
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'en', appearance: 'dark', width: 390 };
const say = (key: string, values?: Record<string, string>): string => said('en', key, values);

const idOf = async (address: string): Promise<string> => {
  const query = String(new URLSearchParams({ gateway: 'z2m-1', address }));
  const { body } = await stage.community.admin.get<{ items: readonly { id: string }[] }>(
    `/api/v1/devices?${query}`,
  );
  return body.items[0]?.id ?? '';
};

/** The gateway as it listens and does what it is told. */
async function obeying(): Promise<{ readonly heard: string[] } & AsyncDisposable> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stage.community.platform.ready.mqtt}`, {
    username: 'z2m-1',
    password: 'token-of-z2m-1',
    clientId: 'z2m-1-obeying',
    reconnectPeriod: 0,
  });
  const heard: string[] = [];
  client.on('message', (topic, payload) => {
    heard.push(`${topic} ${payload.toString()}`);
    const base = topic.replace(/\/set$/, '');
    const { state, silence } = JSON.parse(payload.toString()) as { state?: string; silence?: boolean };
    if (state !== undefined || silence !== undefined)
      client.publish(base, JSON.stringify({ ...(state ? { state } : {}), ...(silence ? { silence } : {}) }), {
        qos: 1,
      });
  });
  await client.subscribeAsync('zigbee2mqtt/#', { qos: 1 });
  return { heard, [Symbol.asyncDispose]: () => client.endAsync() };
}

describe('commands', () => {
  it('are offered as far as the kind and the make take them; a loud one is asked about; what came of each is seen', async () => {
    await using gateway = await obeying();
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo(`/devices/${await idOf('alarm horn')}`);
    const panel = content.getByRole('region', { name: say('device.commands') });
    // What may be done is in sight without scrolling.
    const chart = content.getByRole('region', { name: say('device.chart') });
    const [above, below] = [await panel.boundingBox(), await chart.boundingBox()];
    expect(above?.y).toBeLessThan(below?.y ?? 0);
    await panel.getByRole('button', { name: 'Sound the siren', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('device.ask-loud-hint')).waitFor();
    expect(gateway.heard).toEqual([]);
    await dialog.getByRole('button', { name: 'Sound the siren', exact: true }).click();
    await panel.getByText(say('device.command-delivered')).waitFor();
    expect(gateway.heard.join()).toContain('zigbee2mqtt/alarm horn/set');
    await panel.getByRole('button', { name: 'Mute the sounder', exact: true }).click();
    await panel.getByText(say('device.reply-ok')).waitFor();
    expect(await panel.getByRole('button', { name: 'Unlock', exact: true }).count()).toBe(0);
  });

  it('open a door in two steps, with a reason, and not by who may not', async () => {
    await using gateway = await obeying();
    await using visitor = await stage.visit(phone, 'property-manager');
    const { content, page } = visitor;
    const id = await idOf('front door');
    await visitor.goTo(`/devices/${id}`);
    await content.getByRole('button', { name: 'Unlock', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('device.guarded-next') }).click();
    await dialog.getByText(say('device.reason-needed')).waitFor();
    await dialog.getByRole('button', { name: say('device.reason-fire') }).click();
    await dialog.getByRole('button', { name: say('device.guarded-next') }).click();
    await dialog.getByText('Front door', { exact: true }).waitFor();
    await expectAccessible(visitor);
    expect(gateway.heard, 'nothing was done yet').toEqual([]);
    await dialog.getByRole('button', { name: say('device.guarded-do', { command: 'Unlock' }) }).click();
    await dialog.waitFor({ state: 'hidden' });
    await content.getByText(say('device.reply-ok')).waitFor();
    expect(gateway.heard[0]).toBe('zigbee2mqtt/front door/set {"state":"UNLOCK"}');
    await expectLaidOut(visitor);
    const { body } = await stage.community.admin.get<{ items: readonly object[] }>('/api/v1/audit?limit=20');
    expect(JSON.stringify(body.items), 'the reason stands in the audit').toContain(say('device.reason-fire'));

    await using worker = await stage.visit(phone, 'grid-worker');
    await worker.goTo(`/devices/${id}`);
    await worker.content.getByText('Front door').first().waitFor();
    expect(await worker.content.getByRole('button', { name: 'Unlock', exact: true }).count()).toBe(0);
    expect(await worker.content.getByRole('button', { name: say('device.retire') }).count()).toBe(0);
  });
});

describe('a trial', () => {
  it('is ended by who looks after the device, and by nobody else', async () => {
    const path = `/devices/${await idOf('alarm horn')}`;
    await using worker = await stage.visit(phone, 'grid-worker');
    await worker.goTo(path);
    await worker.content.getByText(say('onboarding.is-probation'), { exact: true }).waitFor();
    expect(await worker.content.getByRole('button', { name: say('onboarding.go-live') }).count()).toBe(0);
    await using visitor = await stage.visit(desk, 'property-manager');
    await visitor.goTo(path);
    await expectAccessible(visitor);
    await visitor.content.getByRole('button', { name: say('onboarding.go-live') }).click();
    await visitor.content
      .getByText(say('onboarding.is-probation'), { exact: true })
      .waitFor({ state: 'detached' });
    const { body } = await stage.community.admin.get<object>(`/api/v1/devices/${await idOf('alarm horn')}`);
    expect(body).not.toHaveProperty('probationUntil');
  });
});

describe('a broken device', () => {
  it('is replaced by one that its gateway brought, and what was before stays written down', async () => {
    const id = await idOf('old smoke');
    await stage.community.publishAs('z2m-1', { 'zigbee2mqtt/new smoke': { smoke: false, battery: 100 } });
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo(`/devices/${id}`);
    await content.getByRole('button', { name: say('device.replace'), exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('device.replace'), exact: true }).click();
    await dialog.getByText(say('device.replace-choose')).waitFor();
    await dialog.getByRole('radio', { name: /new smoke/ }).check();
    await dialog.getByLabel(say('device.reason'), { exact: true }).fill('battery leaked');
    await expectAccessible(visitor);
    await dialog.getByRole('button', { name: say('device.replace'), exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await content.getByText('battery leaked').waitFor();
    await content.getByText('old smoke').waitFor();
    expect(await idOf('new smoke'), 'the id stays').toBe(id);
  });

  it('that speaks for itself gets another password, shown once', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo('/devices/smoke-b3-05');
    await content.getByRole('button', { name: say('device.replace'), exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: say('device.replace'), exact: true }).click();
    const token = (await dialog.locator('pre').textContent()) ?? '';
    expect(token.length).toBeGreaterThan(15);
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stage.community.platform.ready.mqtt}`, {
      username: 'smoke-b3-05',
      password: token,
      reconnectPeriod: 0,
    });
    await client.endAsync();
  });

  it('is put out of use and back', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content, page } = visitor;
    await visitor.goTo('/devices/smoke-b3-hall');
    await content.getByRole('button', { name: say('device.retire'), exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: say('device.retire'), exact: true })
      .click();
    await content.getByText(say('onboarding.is-retired'), { exact: true }).waitFor();
    await expectAccessible(visitor);
    await content.getByRole('button', { name: say('device.put-back') }).click();
    await content.getByText(say('onboarding.is-retired'), { exact: true }).waitFor({ state: 'detached' });
    await content.getByRole('button', { name: say('device.retire'), exact: true }).waitFor();
  });
});
