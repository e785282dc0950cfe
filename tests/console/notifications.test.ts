import { describe, expect, it } from 'vitest';
import { noticeKinds } from '#model/notice.ts';
import { channelKinds } from '#notify/channel.ts';
import { deliveryStates, messageStates } from '#notify/message.ts';
import { NotifyReason } from '#notify/reason.ts';
import { hookChannel } from '#tests/flow/support/hook-channel.ts';
import { launchChromium } from '#tests/support/browser/chromium.ts';
import type { View } from '#tests/support/browser/view.ts';
import { Visitor } from '#tests/support/browser/visitor.ts';
import { startHttpReceiver } from '#tests/support/notify/http-receiver.ts';
import { accountOf, LivedInCommunity } from './support/lived-in-community.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { taskOf } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage(async (community) => {
  await community.publish('smoke-b3-0502', { smoke: true });
  await taskOf(community, 'fire');
});
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const word = (key: string) => said('en', `notifications.${key}`);

describe('the notifications page', () => {
  it('has a word for whatever may come of a message', () => {
    const codes = NotifyReason.anyOf.map(({ properties }) => properties.code.const);
    const keys = [
      ...codes.map((code) => `notify-reasons.${code}`),
      ...noticeKinds.map((kind) => `notifications.kind-${kind}`),
      ...messageStates.map((state) => `notifications.state-${state}`),
      ...deliveryStates.map((state) => `notifications.delivery-${state}`),
      ...channelKinds.map((kind) => `channels.${kind}`),
    ];
    for (const key of keys) expect(said('en', key), key).not.toBe('');
  });

  it('says how the channels are doing, and what people were told and why', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    const { content } = manager;
    await manager.goTo('/notifications');
    await content.getByText(word('circuit-closed')).first().waitFor();
    const line = content.getByRole('article').filter({ hasText: 'Zhou Min' }).first();
    await line.getByText(word('kind-assigned')).waitFor();
    await line.getByText(said('en', 'tasks.because')).click();
    await line.getByText(said('en', 'notify-reasons.life-safety')).waitFor();
    await expectLaidOut(manager);
    await expectAccessible(manager);
  });

  it('keeps quiet hours of one’s own', async () => {
    await using worker = await stage.visit(phone, 'grid-worker');
    const { content } = worker;
    await worker.goTo('/notifications');
    await expectLaidOut(worker);
    await expectAccessible(worker);
    expect(await content.getByText(said('zh', 'notifications.channels')).count(), 'channels').toBe(0);
    await content.getByLabel(said('zh', 'notifications.quiet-on')).check();
    await content.getByLabel(said('zh', 'duty.from'), { exact: true }).fill('21:30');
    const saved = worker.page.waitForResponse((answer) => answer.url().endsWith('/preferences'));
    await content.getByRole('button', { name: said('zh', 'duty.save') }).click();
    expect(await (await saved).json()).toMatchObject({ quietHours: { from: '21:30', to: '07:00' } });
  });

  it('shows a push while nobody looks', async () => {
    await using worker = await stage.visit(desk, 'grid-worker');
    const { page } = worker;
    const context = page.context();
    await context.grantPermissions(['notifications']);
    await worker.goTo('/notifications');
    const devtools = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [registration] = registrations;
        if (registration) resolve(registration.registrationId);
      });
    });
    await devtools.send('ServiceWorker.enable');
    // As text: the browser's own types are not those of these tests.
    await page.evaluate(
      `navigator.serviceWorker.register('/push-worker.js').then(() => navigator.serviceWorker.ready).then(() => null)`,
    );
    const data = JSON.stringify({
      key: 'k-1',
      title: 'Smoke at 3-502',
      body: 'Accept it',
      task: 't-1',
      link: null,
      lifeSafety: true,
    });
    await devtools.send('ServiceWorker.deliverPushMessage', {
      origin: stage.community.base,
      registrationId: await registered,
      data,
    });
    const shown = await page.waitForFunction(`(async () => {
      const registration = await navigator.serviceWorker.ready;
      const [first] = await registration.getNotifications();
      return first && { title: first.title, body: first.body, tag: first.tag, data: first.data };
    })()`);
    expect(await shown.jsonValue()).toEqual({
      title: 'Smoke at 3-502',
      body: 'Accept it',
      tag: 'k-1',
      data: { link: null, task: 't-1' },
    });
  });
});

describe('a channel that refuses', () => {
  it('leads to what it refused, is tested, and sends again what was lost', async () => {
    await using hook = await startHttpReceiver();
    await using community = await LivedInCommunity.start(hookChannel(hook));
    await using browser = await launchChromium();
    hook.behave(() => ({ status: 400 }));
    await community.publish('smoke-b3-0502', { smoke: true });
    await hook.has(1);

    await using admin = await Visitor.open(browser, {
      base: community.base,
      view: phone,
      as: accountOf('admin'),
    });
    const { content, page } = admin;
    const say = (key: string, values?: Record<string, string>) => said('zh', `notifications.${key}`, values);
    await admin.goTo('/notifications');
    await content.getByRole('link', { name: /被拒收/ }).click();
    await page.waitForURL(/state=refused/);
    await expectLaidOut(admin);
    await expectAccessible(admin);
    const lines = content.getByRole('article').filter({ hasText: say('delivery-refused') });
    await lines.first().waitFor();

    hook.behave(() => ({ status: 200 }));
    await content.getByRole('button', { name: new RegExp(`^${say('test')}.*hook`) }).click();
    const dialog = page.getByRole('dialog');
    await expectAccessible(admin, 'the test');
    await dialog.getByRole('button', { name: say('test-send') }).click();
    await page.getByText(say('test-sent')).first().waitFor();
    const before = hook.received.length;
    await lines
      .first()
      .getByRole('button', { name: say('replay') })
      .click();
    await page
      .getByText(say('replayed', { count: '1' }))
      .first()
      .waitFor();
    const all = await hook.has(before + 1);
    const [again, ...known] = all.map(({ headers }) => headers['webhook-id']).toReversed();
    expect(known, 'the key of the first try').toContain(again);
  });
});
