import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { withRoomNow } from '#broker/inbox/reserve.ts';
import { epochMs, type PersonId, type TaskId } from '#model/brand.ts';
import type { PushSubscription } from '#notify/channel.ts';
import type { Circuit } from '#notify/circuit.ts';
import type { Delivery, Message } from '#notify/message.ts';
import type { NotifyStore, OneTap } from '#notify/ports.ts';
import { SqliteNotifyStore } from '#store/notify/notify-store.ts';
import { canMount, smallDisk } from '#tests/support/small-disk.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const open = (path: string): NotifyStore =>
  SqliteNotifyStore.open<Message, Delivery, OneTap, PushSubscription, Circuit>(path);
const zhou = 'w-zhou' as PersonId;

const message = (seq: number, changes: Partial<Message> = {}): Message => ({
  notice: {
    seq,
    id: `t-1:${seq}:0`,
    at: epochMs(seq),
    task: 't-1' as TaskId,
    version: seq,
    kind: 'assigned',
    person: zhou,
    severity: 'major',
    lifeSafety: false,
    category: 'fire',
    place: 'b3' as never,
    because: [],
  },
  state: 'told',
  because: [],
  lead: null,
  channels: [],
  step: 0,
  dueAt: null,
  toldAt: null,
  seenAt: null,
  seenBy: null,
  actedAt: null,
  ...changes,
});

describe('the notifier’s store', () => {
  it('keeps what was committed, whole, and is for its user alone', () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'notify.db');
    const store = open(path);
    store.transaction(() => {
      store.putMessage(message(1));
      store.setPosition(1);
    });
    expect(() =>
      store.transaction(() => {
        store.setPosition(2);
        throw new Error('in between');
      }),
    ).toThrow('in between');
    store.close();
    const again = open(path);
    expect(again.position()).toBe(1);
    expect(again.message('t-1:1:0')).toEqual(message(1));
    expect(statSync(path).mode & 0o077).toBe(0);
    again.close();
  });

  it('is brought up from before, and asks of a person without looking through all that they were told', () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'notify.db');
    open(path).close();
    const plain = new DatabaseSync(path);
    plain.exec('drop index messages_waiting; drop index messages_told; pragma user_version = 1');
    plain.close();
    const store = open(path);
    for (let seq = 1; seq <= 10; seq += 1) store.putMessage(message(seq, { toldAt: epochMs(seq) }));
    store.putMessage(message(11, { state: 'waiting', dueAt: epochMs(99) }));
    expect(store.lastToldTo(zhou)).toBe(10);
    expect(store.waitingFor(zhou)?.notice.seq).toBe(11);
    store.close();
    const after = new DatabaseSync(path);
    const indexes = after
      .prepare(`select name from sqlite_master where type = 'index' and name like 'messages_%'`)
      .all();
    expect(indexes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['messages_waiting', 'messages_told']),
    );
    // As the store asks (store/notify/message-rows.ts).
    const planOf = (query: string): unknown =>
      after.prepare(`explain query plan ${query}`).get('w')?.['detail'];
    expect(
      planOf(
        `select body from messages where person = ? and state = 'waiting' and life_safety = 0 and task <> '' order by seq limit 1`,
      ),
    ).toContain('USING INDEX messages_waiting (person=?)');
    expect(planOf('select max(told_at) as at from messages where person = ? and life_safety = 0')).toContain(
      'USING COVERING INDEX messages_told (person=?)',
    );
    after.close();
  });

  it('refuses a file that is something else', () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'notify.db');
    const other = new DatabaseSync(path);
    other.exec('create table somebodys (id integer)');
    other.close();
    expect(() => open(path)).toThrow(/not a notifier's store/);
  });

  it('keeps a person’s newest 20 browsers, and drops what is old and over', () => {
    using directory = temporaryDirectory();
    const store = open(join(directory.path, 'notify.db'));
    for (let number = 0; number < 25; number++)
      store.putPushSubscription(
        zhou,
        { endpoint: `https://push.example/${number}`, keys: { p256dh: 'p', auth: 'a' } },
        epochMs(number),
      );
    const endpoints = store.pushSubscriptions(zhou).map(({ endpoint }) => endpoint);
    expect(endpoints).toHaveLength(20);
    expect(endpoints[0]).toBe('https://push.example/5');
    expect(store.deletePushSubscription('https://push.example/5', 'w-chen' as PersonId)).toBe(false);
    store.putMessage(message(1));
    store.putMessage(message(2, { state: 'waiting', dueAt: epochMs(9_000) }));
    store.putMessage(message(3_000));
    store.trim(epochMs(2_000));
    expect(store.outbox({}, { limit: 10 }).map(({ notice }) => notice.seq)).toEqual([3_000, 2]);
    store.close();
  });
});

describe.skipIf(!canMount)('the notifier’s store on a full disk', () => {
  it('is opened and written into the room that is made for it, whole; what is dropped is not worth that room', () => {
    using disk = smallDisk(4);
    const path = join(disk.path, 'notify.db');
    let made = 0;
    const makeRoom = (): boolean => {
      made += 1;
      disk.giveBack(128 * 1_024);
      return true;
    };
    disk.fill();
    const store: NotifyStore = SqliteNotifyStore.open<Message, Delivery, OneTap, PushSubscription, Circuit>(
      path,
      { withRoom: (work) => withRoomNow(makeRoom, work) },
    );
    expect(made).toBeGreaterThan(0);
    let before = made;
    disk.fill();
    store.transaction(() => {
      for (let number = 1; number <= 20; number++) store.putMessage(message(number));
      store.setPosition(20);
    });
    expect(made).toBeGreaterThan(before);
    disk.fill();
    before = made;
    for (let number = 0; number < 10; number++)
      store.putPushSubscription(
        zhou,
        { endpoint: `https://push.example/${number}`, keys: { p256dh: 'p'.repeat(5_000), auth: 'a' } },
        epochMs(number),
      );
    expect(made).toBeGreaterThan(before);
    disk.fill();
    before = made;
    expect(() => store.trim(epochMs(5_000))).toThrow(/full/);
    expect(made).toBe(before);
    expect(store.position()).toBe(20);
    expect(store.outbox({}, { limit: 100 })).toHaveLength(20);
    expect(store.pushSubscriptions(zhou)).toHaveLength(10);
    store.close();
  });
});
