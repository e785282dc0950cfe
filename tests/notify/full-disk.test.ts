import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { second } from '#model/brand.ts';
import { startHttpReceiver } from '#tests/support/notify/http-receiver.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';
import { Stand, zhou } from './support/stand.ts';

/** So that what could happen has happened. */
const afterAWhile = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
};

describe.skipIf(!canMount)('on a disk without any room', () => {
  it('what came of a try, and who saw it, is written down when there is room, and nothing goes out twice', async () => {
    using disk = smallDisk(4);
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ path: join(disk.path, 'notify.db'), channels: { hook: hook.url } });
    await stand.tell('t-0');
    // Filled between the try and its answer.
    hook.behave(() => {
      disk.fill();
      return { status: 200 };
    });
    const id = await stand.tell('t-1', { lifeSafety: true });
    stand.notifier.seen({ task: 't-1' as never, person: zhou, at: stand.now, by: 'console' });
    const waits = stand.add('t-2', { lifeSafety: true });
    stand.notifier.wake();
    await afterAWhile();
    expect(stand.deliveries(id)).toEqual(['hook trying 1']);
    expect(stand.message(id).seenAt).toBeNull();
    expect(stand.store.message(waits)).toBeUndefined();

    disk.giveBack();
    hook.behave(() => ({ status: 200 }));
    await stand.pass(2 * second);
    expect(stand.deliveries(id)).toEqual(['hook sent 1']);
    expect(stand.message(id)).toMatchObject({ state: 'proven', seenBy: 'console' });
    expect(stand.deliveries(waits)).toEqual(['hook sent 1']);
    expect(hook.received).toHaveLength(3);
  });

  it('it starts, and takes up what was under way before anything else when there is room', async () => {
    using disk = smallDisk(4);
    await using hook = await startHttpReceiver();
    const path = join(disk.path, 'notify.db');
    const before = new Stand({ path, channels: { hook: hook.url } });
    hook.behave(() => {
      disk.fill();
      return { status: 200 };
    });
    const told = await before.tell('t-1', { lifeSafety: true });
    await before[Symbol.asyncDispose]();
    hook.behave(() => ({ status: 200 }));
    await using after = new Stand({ path, channels: { hook: hook.url } });
    disk.fill();
    after.task('t-1');
    after.add('t-1', { lifeSafety: true });
    after.notifier.wake();
    await afterAWhile();
    expect(after.deliveries(told)).toEqual(['hook trying 1']);
    disk.giveBack();
    await after.pass(2 * second);
    expect(after.deliveries(told)).toEqual(['hook sent 2']);
    const keys = hook.received.map(({ body }) => (JSON.parse(body) as { key: string }).key);
    expect(keys).toEqual([`${told}:hook`, `${told}:hook`]);
  });
});
