import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { durationMs, minute, second } from '#model/brand.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { Answer, Channel } from '#notify/channel.ts';
import { chen, noon, Stand, zhou } from '#tests/notify/support/stand.ts';
import { type HttpReceiver, startHttpReceiver } from '#tests/support/notify/http-receiver.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const keysOf = (receiver: HttpReceiver): readonly unknown[] =>
  receiver.received.map(({ headers }) => headers['idempotency-key']);
const entry = (actor: string, action: string, at: number): TaskHistoryEntry => ({
  at: at as never,
  actor,
  action,
  from: 'dispatched',
  to: 'accepted',
  comment: null,
  reason: null,
});

describe('a message', () => {
  it('goes to the first channel of the cascade that reaches its person, once, with the link and no resident in it', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url, second: hook.url } });
    stand.task('t-1', {
      title: { zh: '张奶奶 按下求助' },
      publicTitle: { zh: '3-502 按下求助' },
      severity: 'critical',
    });
    const id = await stand.tell('t-1');
    expect(keysOf(hook)).toEqual([`${id}:hook`]);
    const sent = JSON.parse(hook.received[0]?.body ?? '');
    expect(sent.text.zh.title).toBe('【特急】新任务：3-502 按下求助');
    expect(sent.link).toMatch(/^https:\/\/gridbell\.example\/api\/v1\/links\/[\w-]{22}\.[\w-]{32}$/);
    expect(hook.received[0]?.body).not.toContain('张奶奶');
    expect(stand.message(id)).toMatchObject({ state: 'telling', toldAt: stand.now });
    await stand.pass(0);
    expect(hook.received).toHaveLength(1);
  });

  it('without proof goes to the next channel, and no further once its person saw it', async () => {
    await using first = await startHttpReceiver();
    await using second_ = await startHttpReceiver();
    await using third = await startHttpReceiver();
    await using stand = new Stand({ channels: { first: first.url, second: second_.url, third: third.url } });
    const id = await stand.tell('t-1');
    await stand.pass(5 * minute - 1);
    expect(second_.received).toHaveLength(0);
    await stand.pass(1);
    expect(second_.received).toHaveLength(1);
    stand.notifier.seen({ task: 't-1' as never, person: zhou, at: stand.now, by: 'link' });
    await stand.pass(60 * minute);
    expect(third.received).toHaveLength(0);
    expect(stand.message(id)).toMatchObject({ state: 'proven', seenBy: 'link' });
    expect(stand.codes(id)).toEqual(['first-channel', 'no-proof', 'seen']);
  });

  it('of a matter of life waits 20 s for proof, and what its person did counts as one', async () => {
    await using first = await startHttpReceiver();
    await using next = await startHttpReceiver();
    await using stand = new Stand({ channels: { first: first.url, next: next.url } });
    stand.task('t-1', { lifeSafety: true });
    const one = await stand.tell('t-1');
    await stand.pass(20 * second);
    expect(next.received).toHaveLength(1);
    stand.task('t-2', { lifeSafety: true });
    const two = await stand.tell('t-2');
    stand.notifier.taskChanged(
      stand.task('t-2', {
        state: 'accepted',
        acceptedAt: stand.now,
        history: [entry(zhou, 'accept', stand.now)],
      }),
    );
    await stand.pass(60 * second);
    expect(next.received).toHaveLength(1);
    expect(stand.message(one).state).toBe('told');
    expect(stand.message(two)).toMatchObject({ state: 'proven', actedAt: expect.any(Number) });
  });

  it('that a channel refuses goes to the next one at once', async () => {
    await using first = await startHttpReceiver();
    await using next = await startHttpReceiver();
    first.behave(() => ({ status: 404 }));
    await using stand = new Stand({ channels: { first: first.url, next: next.url } });
    const id = await stand.tell('t-1');
    expect(next.received).toHaveLength(1);
    expect(stand.deliveries(id)).toEqual(['first refused 1', 'next sent 1']);
    expect(stand.codes(id)).toEqual(['first-channel', 'channel-failed']);
  });

  it('to somebody whom no channel reaches is unreachable, with why', async () => {
    await using stand = new Stand();
    const id = await stand.tell('t-1');
    expect(stand.message(id).state).toBe('unreachable');
    expect(stand.codes(id)).toEqual(['no-channel']);
  });

  it('goes nowhere outside on the data clock', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url }, options: { outside: false } });
    const id = await stand.tell('t-1');
    expect(stand.codes(id)).toEqual(['outside-off']);
    expect(hook.received).toHaveLength(0);
  });
});

describe('a channel that fails', () => {
  it('is tried again twice as late each time, with the same key', async () => {
    await using hook = await startHttpReceiver();
    hook.behave((_request, number) => ({ status: number < 4 ? 500 : 200 }));
    await using stand = new Stand({ channels: { hook: hook.url } });
    const id = await stand.tell('t-1');
    for (const wait of [second, 2 * second, 4 * second]) {
      const before = hook.received.length;
      await stand.pass(wait - 1);
      expect(hook.received).toHaveLength(before);
      await stand.pass(1);
      expect(hook.received).toHaveLength(before + 1);
    }
    expect(new Set(keysOf(hook))).toEqual(new Set([`${id}:hook`]));
    expect(stand.deliveries(id)).toEqual(['hook sent 4']);
  });

  it('is left in peace for as long as it asked', async () => {
    await using hook = await startHttpReceiver();
    hook.behave((_request, number) =>
      number === 1 ? { status: 429, headers: { 'retry-after': '30' } } : { status: 200 },
    );
    await using stand = new Stand({ channels: { hook: hook.url } });
    await stand.tell('t-1');
    await stand.pass(29 * second);
    expect(hook.received).toHaveLength(1);
    await stand.pass(second);
    expect(hook.received).toHaveLength(2);
  });

  it.each(['3600', '86400', '600'])(
    'of a matter of life, by its only channel, is tried each minute although that asks for %s s',
    async (asked) => {
      await using hook = await startHttpReceiver();
      hook.behave((_request, number) =>
        number <= 3 ? { status: 429, headers: { 'retry-after': asked } } : { status: 200 },
      );
      await using stand = new Stand({ channels: { hook: hook.url } });
      stand.task('t-1', { lifeSafety: true });
      const id = await stand.tell('t-1');
      expect(hook.received).toHaveLength(1);
      for (const tries of [2, 3, 4]) {
        await stand.pass(minute - 1);
        expect(hook.received).toHaveLength(tries - 1);
        await stand.pass(1);
        expect(hook.received).toHaveLength(tries);
      }
      expect(stand.message(id)).toMatchObject({ toldAt: stand.now });
    },
  );

  it('of a matter of life goes on to the next channel at once when the first asks for an hour', async () => {
    await using hook = await startHttpReceiver();
    hook.behave(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
    await using next = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url, next: next.url } });
    stand.task('t-1', { lifeSafety: true });
    await stand.tell('t-1');
    await stand.pass(0);
    expect([hook.received.length, next.received.length]).toEqual([1, 1]);
    await stand.pass(minute);
    expect(hook.received).toHaveLength(2);
  });

  it('by hanging, or by cutting the connection, gets the same key again and is known to have it perhaps', async () => {
    await using hook = await startHttpReceiver();
    hook.behave((_request, number) => (number === 1 ? 'hang' : number === 2 ? 'cut' : { status: 200 }));
    await using stand = new Stand({
      channels: { hook: hook.url },
      channel: { timeoutMs: durationMs(100) },
    });
    const id = await stand.tell('t-1');
    expect(stand.store.deliveriesOf(id)[0]).toMatchObject({
      state: 'retrying',
      mayHaveArrived: true,
      last: 'no answer within 0.1 s',
    });
    await stand.pass(second);
    await stand.pass(2 * second);
    expect(keysOf(hook)).toEqual([`${id}:hook`, `${id}:hook`, `${id}:hook`]);
    expect(stand.deliveries(id)).toEqual(['hook sent 3']);
  });

  it('does not hold up others: what is a matter of life goes on to the next one at once, and comes by both', async () => {
    await using hook = await startHttpReceiver();
    await using next = await startHttpReceiver();
    hook.behave((_request, number) => ({ status: number === 1 ? 503 : 200 }));
    await using stand = new Stand({ channels: { hook: hook.url, next: next.url } });
    stand.task('t-1', { lifeSafety: true });
    await stand.tell('t-1');
    expect(next.received).toHaveLength(1);
    await stand.pass(second);
    expect(hook.received).toHaveLength(2);
  });

  it('five times in a row is given up for 30 s, then tried with one message', async () => {
    await using hook = await startHttpReceiver();
    await using next = await startHttpReceiver();
    let isWell = false;
    hook.behave(() => ({ status: isWell ? 200 : 500 }));
    await using stand = new Stand({ channels: { hook: hook.url, next: next.url } });
    for (const number of [1, 2, 3, 4, 5]) {
      stand.task(`t-${number}`, { severity: 'critical' });
      await stand.tell(`t-${number}`);
    }
    expect(stand.circuits).toEqual([['hook', true]]);
    stand.task('t-6', { severity: 'critical' });
    const sixth = await stand.tell('t-6');
    expect(stand.deliveries(sixth)).toEqual(['next sent 1']);
    expect(stand.codes(sixth)).toEqual(['circuit-open', 'first-channel']);
    isWell = true;
    const before = hook.received.length;
    await stand.pass(30 * second);
    expect(stand.circuits).toEqual([
      ['hook', true],
      ['hook', false],
    ]);
    expect(hook.received.length).toBe(before + 5);
  });

  it('is tried all the same, every second, for what is a matter of life and has no other channel', async () => {
    await using hook = await startHttpReceiver();
    let isWell = false;
    hook.behave(() => ({ status: isWell ? 200 : 500 }));
    await using stand = new Stand({ channels: { hook: hook.url } });
    for (const number of [1, 2, 3, 4, 5, 6]) {
      stand.task(`t-${number}`, { severity: 'critical' });
      await stand.tell(`t-${number}`);
    }
    expect(stand.circuits).toEqual([['hook', true]]);
    stand.task('t-life', { lifeSafety: true });
    const before = hook.received.length;
    const id = await stand.tell('t-life');
    expect(hook.received.length).toBe(before + 1);
    isWell = true;
    await stand.pass(2 * second);
    expect(stand.deliveries(id)).toEqual(['hook sent 2']);
    expect(stand.circuits.at(-1)).toEqual(['hook', false]);
  });

  it('for good leaves a dead letter, which can be replayed with its key', async () => {
    await using hook = await startHttpReceiver();
    hook.behave(() => ({ status: 500 }));
    await using stand = new Stand({ channels: { hook: hook.url } });
    const id = await stand.tell('t-1', { kind: 'told' });
    for (let hour = 0; hour < 40; hour++) await stand.pass(10 * minute);
    expect(stand.store.deliveriesOf(id)[0]?.state).toBe('dead');
    expect(stand.message(id).state).toBe('unreachable');
    hook.behave(() => ({ status: 200 }));
    const dead = stand.store.deadDeliveries({}, 10);
    expect(
      stand.notifier.replay(
        dead.map((delivery) => delivery.id),
        'admin',
      ),
    ).toBe(1);
    await stand.pass(0);
    expect(stand.store.deliveriesOf(id)[0]?.state).toBe('sent');
    expect(new Set(keysOf(hook))).toEqual(new Set([`${id}:hook`]));
  });
});

describe('nobody is told', () => {
  it('what is not true any more', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.task('t-1', { state: 'closed' });
    stand.task('t-2', { assignee: chen });
    stand.task('t-3', { state: 'accepted', acceptedAt: stand.now });
    const ids = [await stand.tell('t-1'), await stand.tell('t-2'), await stand.tell('t-3')];
    expect(ids.map((id) => stand.codes(id))).toEqual([
      ['task-over'],
      ['not-theirs-any-more'],
      ['handled-meanwhile'],
    ]);
    expect(hook.received).toHaveLength(0);
  });

  it('of the end of what they never heard of', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.task('t-1', { state: 'closed' });
    const id = await stand.tell('t-1', { kind: 'ended' });
    expect(stand.codes(id)).toEqual(['never-told-of-it']);
  });

  it('what is silenced, but what is a matter of life only when the silence says so', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    const silence = { reason: 'works', by: 'm-li', createdAt: '2026-03-04T00:00:00Z' };
    stand.world.silenced.push({
      ...silence,
      id: 's-1',
      matcher: { place: 'g1' as never },
      until: '2026-03-04T06:00:00Z',
    });
    const one = await stand.tell('t-1');
    stand.task('t-2', { lifeSafety: true });
    const two = await stand.tell('t-2');
    expect([stand.message(one).state, stand.message(two).state]).toEqual(['silenced', 'told']);
    await stand.pass(3 * 60 * minute);
    const three = await stand.tell('t-3');
    expect(stand.message(three).state).toBe('told');
    stand.world.silenced.push({
      ...silence,
      id: 's-2',
      matcher: { lifeSafety: true },
      until: '2026-03-05T06:00:00Z',
    });
    stand.task('t-4', { lifeSafety: true });
    expect(stand.message(await stand.tell('t-4')).state).toBe('silenced');
  });

  it('the same twice, unless something else was said in between', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.task('t-1', { severity: 'critical' });
    await stand.tell('t-1');
    expect(stand.message(await stand.tell('t-1')).state).toBe('repeated');
    expect(stand.message(await stand.tell('t-1', { kind: 'reminder' })).state).toBe('told');
    expect(stand.message(await stand.tell('t-1', { kind: 'reminder' })).state).toBe('told');
  });
});

describe('a message that Gridbell fails at', () => {
  it('holds up no other, and is told rather than not', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.task('t-bad', { lifeSafety: true });
    const preference = stand.world.preference.bind(stand.world);
    let fails = true;
    stand.world.preference = (person) => {
      if (fails) throw new TypeError('preferences of another version');
      return preference(person);
    };
    expect(stand.message(await stand.tell('t-bad')).state).toBe('told');
    fails = false;
    stand.task('t-worse', { lifeSafety: true, place: 'nowhere' as never });
    const placeName = stand.world.placeName.bind(stand.world);
    stand.world.placeName = (place) => {
      if (place === 'nowhere') throw new TypeError(`${place} has no name`);
      return placeName(place);
    };
    const worse = await stand.tell('t-worse');
    const good = await stand.tell('t-good');
    expect([stand.message(worse).state, stand.message(good).state]).toEqual(['telling', 'told']);
  });
});

describe('the same thing again', () => {
  it('is told to who did something about the first, such as to give the task back', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.task('t-1', { lifeSafety: true });
    await stand.tell('t-1');
    stand.notifier.seen({ task: 't-1' as never, person: zhou, at: stand.now, by: 'action', what: 'return' });
    expect(stand.message(await stand.tell('t-1')).state).toBe('told');
    expect(hook.received).toHaveLength(2);
  });

  it('is told to who was not reached by the first', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    hook.behave(() => ({ status: 400 }));
    stand.task('t-1', { lifeSafety: true });
    expect(stand.message(await stand.tell('t-1')).state).toBe('unreachable');
    hook.behave(() => ({ status: 200 }));
    expect(stand.message(await stand.tell('t-1')).state).toBe('told');
  });

  it('is told to a family that is called a second time', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.task('t-1', { lifeSafety: true });
    await stand.tell('t-1', { kind: 'family-called' });
    expect(stand.message(await stand.tell('t-1', { kind: 'family-called' })).state).toBe('told');
  });
});

describe('quiet hours', () => {
  it('let messages wait until they end, and drop what is not true then', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.world.preferences.set(zhou, { person: zhou, quietHours: { from: '11:00', to: '13:30' } });
    const one = await stand.tell('t-1');
    await stand.tell('t-2');
    stand.task('t-2', { state: 'void' });
    await stand.pass(90 * minute - 1);
    expect(hook.received).toHaveLength(0);
    await stand.pass(1);
    expect(hook.received).toHaveLength(1);
    expect(stand.codes(one)).toEqual(['quiet-hours', 'first-channel']);
    expect(JSON.parse(hook.received[0]?.body ?? '').fields.others).toBe(0);
  });

  it('do not hold back what is a matter of life', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    stand.world.preferences.set(zhou, {
      person: zhou,
      channels: [],
      quietHours: { from: '00:00', to: '00:00' },
    });
    stand.task('t-1', { lifeSafety: true });
    await stand.tell('t-1');
    expect(hook.received).toHaveLength(1);
  });
});

describe('several messages to one person', () => {
  it('are gathered after the first one, told as one, and each has its own reasons', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    await stand.tell('t-1');
    const ids = [await stand.tell('t-2'), await stand.tell('t-3'), await stand.tell('t-4')];
    stand.task('t-3', { state: 'closed' });
    await stand.pass(30 * second);
    expect(hook.received).toHaveLength(2);
    expect(JSON.parse(hook.received[1]?.body ?? '')).toMatchObject({ task: 't-2', fields: { others: 1 } });
    expect(ids.map((id) => stand.message(id).state)).toEqual(['told', 'inhibited', 'grouped']);
    expect(stand.message(ids[2] ?? '').toldAt).toBe(stand.now);
  });

  it('are told although the first of them needs it no more', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    await stand.tell('t-1');
    await stand.tell('t-2');
    await stand.tell('t-3');
    stand.notifier.seen({ task: 't-2' as never, person: zhou, at: stand.now, by: 'console' });
    await stand.pass(30 * second);
    expect(JSON.parse(hook.received[1]?.body ?? '')).toMatchObject({ task: 't-3', fields: { others: 0 } });
  });
});

describe('a page that is open', () => {
  it('gets every message as well, and is no proof that somebody saw it', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url } });
    const seen: string[] = [];
    stand.streams.listen(zhou, ({ text }) => seen.push(text.zh.title) > 0);
    const id = await stand.tell('t-1');
    expect(seen).toEqual(['【紧急】新任务：水泵停了']);
    expect(stand.deliveries(id)).toEqual(['stream sent 1', 'hook sent 1']);
    expect(stand.message(id).state).not.toBe('proven');
  });
});

describe('a message that may tell nothing', () => {
  it('has neither place nor title nor category in it', async () => {
    await using hook = await startHttpReceiver();
    await using stand = new Stand({ channels: { hook: hook.url }, channel: { contentFree: true } });
    await stand.tell('t-1');
    // A link is random letters, and may have any of these in it.
    const body = (hook.received[0]?.body ?? '').replaceAll(/links\/[\w.-]+/g, '');
    expect(body).not.toMatch(/水泵|pump|b3|facilities/);
    expect(JSON.parse(hook.received[0]?.body ?? '').text.zh).toEqual({
      title: '网格铃：紧急消息',
      body: '请打开网格铃查看。',
    });
  });
});

describe('a channel that begins something that lasts', () => {
  /** A siren: on by sending, off by standing down. */
  const siren = () => {
    const said: string[] = [];
    const channel: Channel = {
      reach: () => ({ reaches: true }),
      send: ({ key }) => {
        said.push(`on ${key}`);
        return Promise.resolve({ outcome: 'sent' });
      },
      standDown: ({ key }) => {
        said.push(`off ${key}`);
        return Promise.resolve(
          said.length < 3
            ? { outcome: 'retry', because: 'busy', mayHaveArrived: false }
            : { outcome: 'sent' },
        );
      },
      close: () => Promise.resolve(),
    };
    return { said, channel };
  };

  it('ends it when somebody accepted, not when somebody merely saw it, and tries until that is done', async () => {
    const { channel, said } = siren();
    await using stand = new Stand({ channels: { siren: 'http://127.0.0.1' }, channel: { channel } });
    stand.task('t-1', { lifeSafety: true });
    const id = await stand.tell('t-1');
    stand.notifier.seen({ task: 't-1' as never, person: zhou, at: stand.now, by: 'console' });
    stand.notifier.taskChanged(stand.task('t-1'));
    await stand.pass(0);
    expect(said).toEqual([`on ${id}:siren`]);
    stand.notifier.taskChanged(
      stand.task('t-1', { state: 'accepted', assignee: chen, acceptedAt: stand.now }),
    );
    await stand.pass(0);
    await stand.pass(60 * second);
    expect(said).toEqual([`on ${id}:siren`, `off ${id}:siren`, `off ${id}:siren`]);
    expect(stand.store.deliveriesOf(id)[0]?.state).toBe('ended');
    stand.notifier.taskChanged(stand.task('t-1', { state: 'closed' }));
    await stand.pass(60 * second);
    expect(said).toHaveLength(3);
  });

  it('ends at once what somebody accepted while it was on its way', async () => {
    const said: string[] = [];
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Answer>();
    const channel: Channel = {
      reach: () => ({ reaches: true }),
      send: () => {
        said.push('on');
        asked.resolve();
        return answer.promise;
      },
      standDown: () => {
        said.push('off');
        return Promise.resolve({ outcome: 'sent' });
      },
      close: () => Promise.resolve(),
    };
    await using stand = new Stand({ channels: { siren: 'http://127.0.0.1' }, channel: { channel } });
    stand.task('t-1', { lifeSafety: true });
    const told = stand.tell('t-1');
    await asked.promise;
    stand.notifier.taskChanged(
      stand.task('t-1', { state: 'accepted', assignee: chen, acceptedAt: stand.now }),
    );
    answer.resolve({ outcome: 'sent' });
    await told;
    await stand.pass(0);
    expect(said).toEqual(['on', 'off']);
  });
});

describe('a bulletin', () => {
  it('is told in its own words, by one channel, and to the next one only when that fails', async () => {
    await using first = await startHttpReceiver();
    await using next = await startHttpReceiver();
    first.behave((_request, number) => ({ status: number === 1 ? 200 : 404 }));
    await using stand = new Stand({ channels: { first: first.url, next: next.url } });
    const bulletin = {
      title: { zh: '十月月报', en: 'October' },
      body: { zh: '共 12 项\n全部按期', en: '12 tasks' },
      path: '/summaries',
    };
    stand.world.silenced.push({
      id: 's-1',
      matcher: {},
      until: '2026-03-05T06:00:00Z',
      reason: 'x',
      by: 'm-li',
      createdAt: '2026-03-04T00:00:00Z',
    });
    await stand.tell('t-1', { kind: 'bulletin', task: null, bulletin });
    expect(JSON.parse(first.received[0]?.body ?? '')).toMatchObject({
      kind: 'bulletin',
      task: null,
      link: 'https://gridbell.example/summaries',
      text: { zh: { title: '十月月报', body: '共 12 项\n全部按期' } },
    });
    await stand.pass(60 * minute);
    expect(next.received).toHaveLength(0);
    await stand.tell('t-1', { kind: 'bulletin', task: null, bulletin });
    expect(next.received).toHaveLength(1);
  });
});

describe('who left the community', () => {
  const browser = (name: string) => ({
    endpoint: `https://push.example/${name}`,
    keys: { p256dh: 'p', auth: 'a' },
  });

  it('has no browser here any more, and the next of that name gets none of theirs', async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'notify.db');
    const stand = new Stand({ path });
    stand.store.putPushSubscription(zhou, browser('of-zhou'), noon);
    stand.store.putPushSubscription(chen, browser('of-chen'), noon);
    stand.notifier.peopleChanged();
    expect(stand.store.pushSubscriptions(zhou)).toHaveLength(1);
    stand.world.left.add(zhou);
    stand.notifier.peopleChanged();
    expect(stand.store.pushSubscriptions(zhou)).toEqual([]);
    expect(stand.store.pushSubscriptions(chen)).toHaveLength(1);
    await stand[Symbol.asyncDispose]();

    // Gone while nobody looked.
    await using after = new Stand({ path });
    after.world.left.add(chen);
    await after.pass(0);
    expect(after.store.pushSubscribers()).toEqual([]);
  });
});

describe('after a restart', () => {
  it('what waited for a channel that is gone goes on to the next one, and nothing is told twice', async () => {
    using directory = temporaryDirectory();
    await using first = await startHttpReceiver();
    await using next = await startHttpReceiver();
    first.behave(() => ({ status: 500 }));
    const path = join(directory.path, 'notify.db');
    const told = async (stand: Stand): Promise<string> => {
      stand.task('t-1', { severity: 'critical' });
      return await stand.tell('t-1', { kind: 'told' });
    };
    const before = new Stand({ path, channels: { first: first.url, next: next.url } });
    const id = await told(before);
    await before[Symbol.asyncDispose]();
    expect(next.received).toHaveLength(0);
    await using after = new Stand({ path, channels: { next: next.url } });
    expect(await told(after)).toBe(id);
    await after.pass(60 * second);
    expect(next.received).toHaveLength(1);
    expect(after.deliveries(id)).toEqual(['first refused 1', 'next sent 1']);
  });
});
