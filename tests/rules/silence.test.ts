import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { community, observation, rule, type Source, start, World } from '#tests/rules/community.ts';

const silent = (more: Source = {}): Source => rule({ property: 'motion', 'silent-for': '10m', ...more });
const world = (device: Source, ...rules: Source[]): World =>
  new World(community([{ id: 'd1', kind: 'motion', ...device }]), rules).pass(0);

describe('silent-for', () => {
  it('fires once so long after the last reading, and a reading clears it', () => {
    const seen = world({}, silent()).say(100, { motion: true }).pass(699);
    expect(seen.story).toEqual([]);
    seen.pass(5000).say(6000, { motion: false });
    expect(seen.story).toEqual(['raised r1 700', 'cleared r1 6000']);
  });

  it('shows the last reading as the reason', () => {
    const seen = world({}, silent()).say(100, { motion: true }).pass(700);
    expect(seen.alarms[0]?.evidence).toEqual([
      { property: 'motion', value: true, at: epochMs(start + 100_000) },
    ]);
  });

  it('counts for a device that never spoke from when it became known', () => {
    expect(world({}, silent()).pass(600).story).toEqual(['raised r1 600']);
    const seen = world({}, silent()).pass(50);
    seen
      .change('device', { id: 'd2', kind: 'motion', place: 'b3' })
      .pass(70)
      .say(90, { motion: true })
      .pass(680);
    expect(seen.story).toEqual(['raised r1 670']);
  });

  it('does not count the time in which Gridbell was down', () => {
    const seen = world({}, silent()).say(0, { motion: true });
    seen.engine.downtime(epochMs(start + 60_000), epochMs(start + 3_660_000));
    seen.pass(4199);
    expect(seen.story).toEqual([]);
    expect(seen.pass(4200).story).toEqual(['raised r1 4200']);
  });

  it('does not count what is left of a downtime when a reading of it comes in later', () => {
    const seen = world({}, silent()).say(0, { motion: true });
    seen.engine.downtime(epochMs(start + 60_000), epochMs(start + 3_660_000));
    seen.say(3000, { motion: true }, { arrives: 3700 }).pass(4259);
    expect(seen.story).toEqual([]);
    expect(seen.pass(4260).story).toEqual(['raised r1 4260']);
  });

  it('asks of any property whether the device speaks, not what it measured when', () => {
    const kept = world({}, silent({ property: '*' })).say(0, { motion: true });
    for (let second = 10; second < 100; second += 10)
      kept.say(second, { motion: true }, { arrives: 590 + second });
    kept.pass(1279);
    expect(kept.story).toEqual(['raised r1 600', 'cleared r1 600']);
    expect(kept.pass(1280).story).toHaveLength(3);
  });

  it('is found between two readings of one message, too', () => {
    const seen = world({}, silent()).say(0, { motion: true }).say(10, { motion: true }).pass(5000);
    const receivedAt = epochMs(start + 5_000_000);
    for (const at of [700, 1500, 1600]) {
      const one = { ...observation({ at, values: { motion: true } }, 9), receivedAt };
      seen.transitions.push(...seen.engine.observe(one));
    }
    expect(seen.story).toEqual(['raised r1 610', 'cleared r1 700', 'raised r1 1300', 'cleared r1 1500']);
    expect(seen.pass(5001).story.at(-1)).toBe('raised r1 2200');
  });

  it('raises once, not for each reading, when what comes is older than the silence', () => {
    const kept = world({}, silent()).say(0, { motion: true }).pass(5000);
    for (let second = 10; second < 100; second += 10)
      kept.say(second, { motion: true }, { arrives: 5000 + second });
    expect(kept.story.filter((line) => line.startsWith('raised'))).toHaveLength(1);
  });

  it('does not count time outside the active hours', () => {
    // It is 12:00; active until 12:05 and from 07:00 of the next day.
    const hours = { from: '07:00', to: '12:05' };
    const seen = world({}, silent({ 'active-hours': hours }))
      .say(0, { motion: true })
      .pass(19 * 3600 + 299);
    expect(seen.story).toEqual([]);
    expect(seen.pass(19 * 3600 + 300).story).toEqual([`raised r1 ${19 * 3600 + 300}`]);
  });

  it('counts hours that run over midnight, on the days on which they begin', () => {
    // 2026-01-01 is a Thursday.
    const hours = { from: '22:00', to: '06:00', days: 'thu' };
    const seen = world({}, silent({ 'silent-for': '7h', 'active-hours': hours })).pass(17 * 3600 - 1);
    expect(seen.story).toEqual([]);
    expect(seen.pass(17 * 3600).story).toEqual([`raised r1 ${17 * 3600}`]);
  });

  it('counts anew when a mode held it back', () => {
    const seen = world({}, silent({ unless: ['away'] }))
      .mode('b3-0502', 'away')
      .pass(900);
    expect(seen.story).toEqual([]);
    expect(seen.lastOutcome('r1', 'd1')).toBe('held-back: held back: mode away');
    seen.mode('b3-0502', 'away', false).pass(1199);
    expect(seen.story).toEqual([]);
    expect(seen.pass(1200).story).toEqual(['raised r1 1200']);
  });

  it('is revised by a late reading that fills the gap', () => {
    const seen = world({}, silent({ lateness: '1h' }))
      .say(0, { motion: true })
      .pass(700);
    seen.say(650, { motion: true }, { arrives: 710 }).say(300, { motion: true }, { arrives: 720 });
    expect(seen.story).toEqual(['raised r1 600', 'cleared r1 650', 'revised r1 720']);
  });

  it('begins anew on the data clock, whose first reading lies in the past', () => {
    const devices = [
      { id: 'd1', kind: 'motion' },
      { id: 'd2', kind: 'motion' },
    ];
    const seen = new World(community(devices), [silent()]).pass(1e9);
    seen.say(0, { motion: true }).pass(700);
    expect(seen.alarms.map(({ key, startedAt }) => [key, (startedAt - start) / 1000])).toEqual([
      ['d1', 600],
      ['d2', 600],
    ]);
  });
});

describe('silent-for: auto', () => {
  const auto = silent({ 'silent-for': 'auto' });

  it('is 1.05 of the expected cadence', () => {
    const seen = world({ expectEvery: '24h' }, auto).say(0, { motion: true }).pass(90_719);
    expect(seen.story).toEqual([]);
    expect(seen.pass(90_720).story).toEqual(['raised r1 90720']);
  });

  it('without one is three times the median gap', () => {
    const seen = world({}, auto);
    for (let at = 0; at <= 9000; at += 600) seen.say(at, { motion: true });
    seen.pass(9000 + 1799);
    expect(seen.story).toEqual([]);
    expect(seen.pass(9000 + 1800).story).toEqual(['raised r1 10800']);
  });

  it('is at least ten minutes', () => {
    const seen = world({}, auto);
    for (let at = 0; at <= 100; at += 10) seen.say(at, { motion: true });
    expect(seen.pass(699).story).toEqual([]);
    expect(seen.pass(700).story).toEqual(['raised r1 700']);
  });

  it('looks at the last fifty messages', () => {
    const seen = world({}, auto);
    let at = 0;
    for (; at < 360_000; at += 3600) seen.say(at, { motion: true });
    for (; at < 405_000; at += 900) seen.say(at, { motion: true });
    at -= 900;
    expect(seen.pass(at + 2700).story).toEqual([`raised r1 ${at + 2700}`]);
  });

  it('says nothing before it knows the cadence', () => {
    const seen = world({}, auto).say(0, { motion: true }).say(10, { motion: true });
    expect(seen.pass(1e7).story).toEqual([]);
    expect(seen.engine.nextDue()).toBeUndefined();
  });
});

describe('any property', () => {
  it('hears whatever the device says, but not that it went offline', () => {
    const seen = world({}, silent({ property: '*' }))
      .say(0, { battery: 90 })
      .say(300, { online: false });
    expect(seen.pass(600).story).toEqual(['raised r1 600']);
  });
});
