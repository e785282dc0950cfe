import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { packetType } from '#broker/guards/frame-reader.ts';
import { Gate } from '#broker/intake/gate.ts';
import { Intake } from '#broker/intake/intake.ts';
import { type BrokerLimits, defaultLimits } from '#broker/limits.ts';
import type { Sender } from '#broker/topic-rights.ts';
import type { CommunityId, DeviceId } from '#model/brand.ts';

const device = (over: Partial<Extract<Sender, { kind: 'device' }>> = {}): Sender => ({
  kind: 'device',
  community: 'c1' as CommunityId,
  device: 'd1' as DeviceId,
  isGateway: false,
  isLifeSafety: false,
  filter: null,
  ...over,
});

/** One connection that has `says` messages to say, and says as many as it may whenever it is read. */
class Talker {
  readonly gate: Gate;
  passed = 0;
  says = 0;
  isDeaf = false;

  constructor(intake: Intake, says: number, sender = device()) {
    this.gate = new Gate(intake, { open: () => this.read(), unread: () => this.isDeaf });
    this.gate.mayPass(packetType.connect);
    this.gate.accept(sender);
    this.gate.welcome();
    this.says = says;
  }

  read(): void {
    while (this.says > 0 && this.gate.mayPass(packetType.publish)) {
      this.says--;
      this.passed++;
    }
  }
}

const intakeWith = (limits: Partial<BrokerLimits> = {}) => new Intake({ ...defaultLimits, ...limits });
/** Lets the turns that a finished message brings be given. */
const settled = () => Promise.resolve();

describe('the intake', () => {
  it('lets no more messages be under way than its limit, and goes on as they end', async () => {
    const intake = intakeWith({ underWay: 16 });
    const first = new Talker(intake, 100);
    first.read();
    expect(first.passed).toBe(16);
    expect(first.gate.waitsFor).toBe('turn');
    for (let ended = 0; ended < 8; ended++) first.gate.finished();
    await settled();
    expect(first.passed).toBe(24);
  });

  it('lets one connection have no more under way than its own limit', async () => {
    const intake = intakeWith({ underWay: 100, underWayOfConnection: 10 });
    const first = new Talker(intake, 100);
    first.read();
    expect([first.passed, first.gate.waitsFor]).toEqual([10, 'own']);
    for (let ended = 0; ended < 5; ended++) first.gate.finished();
    expect(first.passed).toBe(15);
  });

  it('gives turns to those who talk, so that all get the same', async () => {
    const intake = intakeWith({ underWay: 32, underWayOfConnection: 32 });
    const talkers = Array.from({ length: 20 }, () => new Talker(intake, 10_000));
    for (const talker of talkers) talker.read();
    for (let round = 0; round < 200; round++) {
      for (const { gate } of talkers) for (let ended = 0; ended < 8; ended++) gate.finished();
      await settled();
    }
    const passed = talkers.map((talker) => talker.passed);
    expect(Math.min(...passed)).toBeGreaterThan(100);
    expect(Math.max(...passed) - Math.min(...passed)).toBeLessThanOrEqual(48);
  });

  it('lets a quiet device go before all who talk, however many wait', async () => {
    const intake = intakeWith({ underWay: 8, underWayOfConnection: 8 });
    const talkers = Array.from({ length: 50 }, () => new Talker(intake, 1));
    for (const talker of talkers) {
      talker.read();
      talker.gate.finished();
    }
    for (const talker of talkers) talker.says = 1_000;
    for (const talker of talkers) talker.read();
    const [busy] = talkers;
    const quiet = new Talker(intake, 1);
    quiet.read();
    expect(quiet.passed).toBe(0);
    busy?.gate.finished();
    await settled();
    expect(quiet.passed).toBe(1);
  });

  it('lets who talks wait while the engine is behind, and a quiet device pass', async () => {
    const intake = intakeWith({ engineBehind: 100 });
    const talker = new Talker(intake, 2);
    talker.says = 1;
    talker.read();
    talker.gate.finished();
    intake.stored(200);
    intake.reached(10);
    await settled();
    talker.says = 5;
    talker.read();
    const quiet = new Talker(intake, 1);
    quiet.read();
    expect([talker.passed, talker.gate.waitsFor, quiet.passed]).toEqual([1, 'turn', 1]);
    intake.reached(180);
    await settled();
    expect(talker.passed).toBe(6);
  });

  it('wastes no turn on one that passed by its own measure', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const intake = intakeWith({ underWay: 1, vitalPerSecond: 1 });
    const busy = new Talker(intake, 1);
    busy.read();
    const smoke = new Talker(intake, 30, device({ isLifeSafety: true }));
    smoke.read();
    expect([smoke.passed, intake.waiting.turn]).toEqual([20, 1]);
    vi.advanceTimersByTime(1_100);
    smoke.says = 1;
    intake.sweep();
    expect([smoke.says, intake.waiting.turn]).toEqual([0, 0]);
  });

  it('asks a life-safety device again when its measure has filled, though no place is free', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const intake = intakeWith({ underWay: 1, vitalPerSecond: 1 });
    new Talker(intake, 1).read();
    new Talker(intake, 20, device({ isLifeSafety: true })).read();
    // Another connection of the same device: quiet itself, and the measure is used up.
    const again = new Talker(intake, 1, device({ isLifeSafety: true }));
    again.read();
    expect([again.passed, again.gate.isQuiet]).toEqual([0, true]);
    vi.advanceTimersByTime(1_100);
    intake.sweep();
    expect(again.passed).toBe(1);
  });

  it('forgets the connection that ends: what it had under way makes room', async () => {
    const intake = intakeWith({ underWay: 10, underWayOfConnection: 10 });
    const gone = new Talker(intake, 10);
    gone.read();
    const next = new Talker(intake, 20);
    next.read();
    expect(next.passed).toBe(0);
    gone.gate.close();
    await settled();
    expect(next.passed).toBe(10);
    gone.gate.finished();
    gone.says = 5;
    gone.read();
    expect([gone.passed, intake.underWay]).toEqual([10, 10]);
  });

  it('bounds the bytes that are under way', async () => {
    const intake = intakeWith({ bytesUnderWay: 1_000 });
    const talker = new Talker(intake, 5);
    intake.holds(1_000);
    talker.read();
    expect(talker.passed).toBe(0);
    intake.holds(-1_000);
    intake.sweep();
    expect(talker.passed).toBe(5);
  });
});

describe('the gate', () => {
  it('lets nothing follow the CONNECT until it is answered', () => {
    const intake = intakeWith();
    let opened = 0;
    const gate = new Gate(intake, { open: () => opened++, unread: () => false });
    expect(gate.mayPass(packetType.connect)).toBe(true);
    expect(gate.mayPass(packetType.publish)).toBe(false);
    expect(gate.waitsFor).toBe('connack');
    gate.accept(device());
    gate.welcome();
    expect([opened, gate.mayPass(packetType.publish)]).toEqual([1, true]);
  });

  it('holds a device to its packets a second after its burst; an operator has no such limit', () => {
    const intake = intakeWith({ packetsPerSecond: 50, underWay: 10_000, underWayOfConnection: 10_000 });
    const talker = new Talker(intake, 1_000);
    talker.read();
    expect(talker.gate.waitsFor).toBe('rate');
    expect(talker.passed).toBeGreaterThanOrEqual(100);
    expect(talker.passed).toBeLessThan(200);
    const operator = new Talker(intake, 1_000, {
      kind: 'operator',
      community: 'c1' as CommunityId,
      name: 'operator-x',
      findDevice: () => undefined,
    });
    operator.read();
    expect(operator.passed).toBe(1_000);
    intake.close();
  });

  it('lets who has sent many bytes wait', () => {
    const intake = intakeWith({ bytesPerSecond: 100 });
    const talker = new Talker(intake, 2);
    talker.gate.passed(1_000);
    talker.read();
    expect([talker.passed, talker.gate.waitsFor]).toEqual([0, 'rate']);
    intake.close();
  });

  it('does not read on a client that does not read', () => {
    const talker = new Talker(intakeWith(), 1);
    talker.isDeaf = true;
    talker.read();
    expect([talker.passed, talker.gate.waitsFor]).toEqual([0, 'reader']);
    talker.isDeaf = false;
    talker.gate.wake();
    expect(talker.passed).toBe(1);
  });

  it('lets only what may save a life use the reserve, and not without measure', () => {
    const intake = intakeWith({ vitalPerSecond: 1 });
    intake.roomChanged('tight');
    const ordinary = new Talker(intake, 1);
    const smoke = new Talker(intake, 100, device({ isLifeSafety: true }));
    const gateway = new Talker(intake, 1, device({ device: 'd2' as DeviceId, isGateway: true }));
    for (const talker of [ordinary, smoke, gateway]) talker.read();
    expect([ordinary.passed, ordinary.gate.waitsFor, gateway.passed]).toEqual([0, 'disk', 1]);
    expect(smoke.passed).toBe(20);
    intake.roomChanged('none');
    smoke.read();
    expect([smoke.passed, smoke.gate.waitsFor]).toEqual([20, 'disk']);
    intake.roomChanged('ample');
    expect([ordinary.passed, smoke.passed]).toEqual([1, 100]);
  });

  it('measures what a device says into the reserve over all its connections, the later ones too', () => {
    const intake = intakeWith({ vitalPerSecond: 1 });
    intake.roomChanged('tight');
    const talkers = [1, 2, 3].map(() => {
      const talker = new Talker(intake, 15, device({ isGateway: true }));
      talker.read();
      return talker;
    });
    expect(talkers.map(({ passed }) => passed)).toEqual([15, 5, 0]);
  });
});
