import { describe, expect, it } from 'vitest';
import { parseFault } from '#device-sim/faults/fault-order.ts';
import type { Outgoing } from '#device-sim/faults/outgoing.ts';
import { withFaults } from '#device-sim/faults/with-faults.ts';
import { native } from '#ingest/dialects/native.ts';
import { Heard } from '#ingest/heard.ts';
import { plus } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { begin, smallWorld } from '#tests/device-sim/run/small-world.ts';

const world = smallWorld({ sensors: 10, chattiness: 0.3 });
const range = { from: begin, to: plus(begin, 1_200_000) };
/** Behind all that is late. */
const end = plus(range.to, 120_000);
const whole: readonly Outgoing[] = [...world.seconds(range)].flatMap(({ messages }) => messages);

interface Broken {
  readonly messages: readonly Outgoing[];
  readonly storms: number;
  readonly injected: Readonly<Record<string, number>>;
}

function broken(fault: string, { clock = 'system' as ClockKind, seed = 1, among = world } = {}): Broken {
  const { seconds, tallies } = withFaults(among.seconds(range), [parseFault(fault)], {
    seed,
    clock,
    end,
    devices: among.devices,
  });
  const all = [...seconds];
  for (const [index, second] of all.entries()) {
    expect(second.at).toBeGreaterThan(all[index - 1]?.at ?? 0);
    for (const { at } of second.messages) expect(Math.floor(at / 1_000) * 1_000).toBe(second.at);
  }
  const messages = all.flatMap((second) => second.messages);
  expect(messages).toEqual(messages.toSorted((one, other) => one.at - other.at));
  return {
    messages,
    storms: all.filter((second) => second.broken.length === world.devices.length).length,
    injected: tallies[0]?.injected ?? {},
  };
}

const said = (messages: readonly Outgoing[]): readonly string[] =>
  messages.map(({ device, payload }) => `${device} ${String(payload)}`).toSorted();

describe('a fault', () => {
  it.each(['duplicate', 'loss', 'delay', 'disorder', 'garbage', 'wrong-clock=0.5', 'reconnect-storm=60'])(
    '%s breaks the same messages with the same seed, and others with another',
    (fault) => {
      const { injected, messages } = broken(fault);
      expect(Object.values(injected).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
      expect(broken(fault)).toEqual({ injected, messages, storms: broken(fault).storms });
      if (!fault.startsWith('reconnect')) expect(broken(fault, { seed: 2 }).messages).not.toEqual(messages);
    },
  );

  it('breaks the same messages of a device, however many others there are', () => {
    const of = (messages: readonly Outgoing[]) => messages.filter(({ device }) => device === 'smoke-1');
    const fewer = smallWorld({ sensors: 3, chattiness: 0.3 });
    expect(of(broken('delay=0.9@smoke-1', { among: fewer }).messages)).toEqual(
      of(broken('delay=0.9').messages),
    );
  });

  it('touches only what it is meant for', () => {
    const { messages } = broken('loss=1@climate-3,smoke-detector');
    const devices = new Set(messages.map(({ device }) => device));
    expect(devices.has('climate-3') || devices.has('smoke-1')).toBe(false);
    expect(devices.size).toBe(9);
    expect(() => broken('loss@climate-3,nobody')).toThrow(/nobody.*neither such a device nor such a kind/);
  });
});

describe('what they do', () => {
  it('loss takes away, and nothing else', () => {
    const { injected, messages } = broken('loss=0.5');
    expect(messages.length + (injected['lost'] ?? 0)).toBe(whole.length);
    const left = new Set(said(whole));
    for (const line of said(messages)) expect(left.has(line)).toBe(true);
  });

  it('duplicate says the same text again', () => {
    const { injected, messages } = broken('duplicate=0.5');
    expect(messages.length).toBe(whole.length + (injected['duplicate'] ?? 0));
    expect(new Set(said(messages))).toEqual(new Set(said(whole)));
  });

  it('delay keeps the order of each device and the time at which it was measured', () => {
    const { injected, messages } = broken('delay=0.1');
    expect(said(messages)).toEqual(said(whole));
    expect(injected['delayed']).toBeGreaterThan(10);
    const orderOf = (all: readonly Outgoing[]) =>
      all.filter(({ device }) => device === 'climate-1').map(({ payload }) => payload);
    expect(orderOf(messages)).toEqual(orderOf(whole));
    expect(messages).not.toEqual(whole);
  });

  it('disorder lets later messages of the same device overtake, within a minute', () => {
    const { messages } = broken('disorder=0.2');
    expect(said(messages)).toEqual(said(whole));
    const late = messages.map(({ at, payload }) => at - (JSON.parse(String(payload)) as { ts: number }).ts);
    expect(Math.max(...late)).toBeLessThanOrEqual(60_000);
    const times = messages
      .filter(({ device }) => device === 'climate-1')
      .map(({ payload }) => (JSON.parse(String(payload)) as { ts: number }).ts);
    expect(times).not.toEqual(times.toSorted((one, other) => one - other));
  });

  it('garbage comes beside what is meant, and nobody can read it', () => {
    const { injected, messages } = broken('garbage=0.5');
    expect(Object.keys(injected).toSorted()).toEqual(['broken-json', 'bytes', 'too-large', 'wrong-types']);
    const meant = new Set(said(whole));
    const nonsense = messages.filter((message) => !meant.has(said([message])[0] ?? ''));
    expect(nonsense.length).toBe(messages.length - whole.length);
    for (const { payload } of nonsense) expect(readable(payload)).toBe(false);
  });

  it('garbage takes what is garbage already', () => {
    const twice = [parseFault('garbage=1'), parseFault('garbage=1')];
    const around = { seed: 1, clock: 'system', devices: world.devices, end: range.to } as const;
    const { seconds } = withFaults(world.seconds(range), twice, around);
    expect([...seconds].flatMap(({ messages }) => messages)).toHaveLength(4 * whole.length);
  });

  it('a clock that is ahead is not for the data clock, where it would be the time for all', () => {
    const ahead = (clock: ClockKind) =>
      broken('wrong-clock=1', { clock }).messages.filter(({ at, payload }) => {
        const { ts } = JSON.parse(String(payload)) as { ts?: number };
        return ts !== undefined && ts > at;
      }).length;
    expect(ahead('system')).toBeGreaterThan(0);
    expect(ahead('data')).toBe(0);
    const { injected } = broken('wrong-clock=1');
    expect(Object.values(injected).reduce((sum, count) => sum + count, 0)).toBe(world.devices.length);
  });

  it('what would come behind the end of the run does not come', () => {
    const { seconds } = withFaults(world.seconds(range), [parseFault('delay=1')], {
      seed: 1,
      clock: 'data',
      end: range.to,
      devices: world.devices,
    });
    const left = [...seconds].flatMap(({ messages }) => messages);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(whole.length);
    expect(Math.max(...left.map(({ at }) => at))).toBeLessThan(range.to);
  });

  it('a storm breaks every connection, so many times an hour', () => {
    const { injected, messages, storms } = broken('reconnect-storm=60');
    expect(messages).toEqual(whole);
    expect(storms).toBe(injected['storm']);
    expect(storms).toBeGreaterThan(8);
    expect(storms).toBeLessThan(40);
  });
});

describe('--fault', () => {
  it.each([
    ['rain', /there is no fault "rain"; there are wrong-clock, loss/],
    ['loss=2', /above 0 and at most 1 \(messages\), not "2"/],
    ['loss=', /not ""/],
    ['loss=0', /above 0/],
    ['', /there is no fault ""/],
  ])('%s is refused with what may stand there', (text, reason) => {
    expect(() => parseFault(text)).toThrow(reason);
  });

  it('has a usual rate', () => {
    expect(parseFault('duplicate')).toEqual({ name: 'duplicate', rate: 0.05, devices: [] });
    expect(parseFault('loss=0.1@a,door')).toEqual({ name: 'loss', rate: 0.1, devices: ['a', 'door'] });
  });
});

/** As ingest would: whether any value comes out of it. */
function readable(payload: string | Uint8Array): boolean {
  if (payload.length > 65_536) return false;
  let values = 0;
  try {
    const text =
      typeof payload === 'string' ? payload : new TextDecoder('utf-8', { fatal: true }).decode(payload);
    const bytes = new TextEncoder().encode(text);
    native.read(new Heard({ topic: '', payload: bytes, base: [], timezone: 'UTC' }), {
      moment: () => 0,
      say: (_moment, _key, value) => {
        if (typeof value === 'number' || typeof value === 'boolean') values += 1;
      },
      refusePart: () => {},
      refuse: () => {},
      online: () => {},
      once: () => {},
      reply: () => {},
      pass: () => {},
      describe: () => false,
      carries: () => {},
      renamed: () => {},
      of: () => {
        throw new Error('a device of ours carries nobody');
      },
    });
  } catch {
    return false;
  }
  return values > 0;
}
