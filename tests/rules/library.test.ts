import { describe, expect, it } from 'vitest';
import { kebabKeys } from '#model/casing.ts';
import { loadLibrary } from '#rules/library/load.ts';
import { community, type Source, World } from '#tests/rules/community.ts';

const library = loadLibrary();
const world = (device: Source): World =>
  new World(
    community([{ id: 'd1', resident: 'r-0502', ...device }]),
    library.map(({ source }) => source),
  ).pass(0);
const hour = 3600;
/** They tell something that nobody has to do anything about. */
const records: ReadonlySet<string> = new Set(['detector-test', 'fire-lane-occupied']);

describe('the library', () => {
  it('has texts in both languages, a task for each rule that wants work, and loads', () => {
    const seen = world({ kind: 'door' });
    expect(seen.engine.status().filter(({ valid }) => !valid)).toEqual([]);
    for (const { id, source } of library) {
      expect(source['task'] !== undefined, id).toBe(!records.has(id));
      if (id !== 'sos-pressed')
        expect(source['name'], id).toMatchObject({ zh: expect.any(String), en: expect.any(String) });
    }
  });

  it('has smoke-alarm and sos-pressed as the contract has them', () => {
    const find = (id: string): unknown => kebabKeys(library.find((rule) => rule.id === id)?.source);
    expect(find('sos-pressed')).toEqual({
      id: 'sos-pressed',
      category: 'elderly-care',
      severity: 'critical',
      property: 'sos',
      when: 'value == true',
      event: true,
      task: {
        title: { en: '{resident} calls for help', zh: '{resident} 按下求助' },
        to: 'care-staff',
        'accept-within': '60s',
      },
    });
    expect(find('smoke-alarm')).toEqual({
      id: 'smoke-alarm',
      name: { en: 'Smoke alarm', zh: '烟感报警' },
      category: 'fire',
      severity: 'critical',
      'life-safety': true,
      property: 'smoke',
      devices: { kind: ['smoke-detector'] },
      when: 'value == true',
      clear: 'value == false',
      'clear-for': '2m',
      task: {
        title: { en: 'Smoke at {place}', zh: '{place} 烟感报警' },
        to: 'grid-worker',
        also: ['property-manager'],
        'accept-within': '60s',
        'handle-within': '15m',
        escalate: [
          { after: '60s', to: 'grid-leader' },
          { after: '180s', to: 'street-duty' },
        ],
        join: { by: 'building', within: '5m' },
        're-raise': '30m',
        checklist: [{ en: 'Knock and look', zh: '敲门查看' }],
      },
    });
  });
});

describe('smoke-alarm', () => {
  it('raises at once and clears after two minutes without smoke', () => {
    const seen = world({ kind: 'smoke-detector' }).say(0, { smoke: false }).say(60, { smoke: true });
    seen.say(90, { smoke: false }).pass(209);
    expect(seen.story).toEqual(['raised smoke-alarm 60']);
    expect(seen.pass(211).story).toEqual(['raised smoke-alarm 60', 'cleared smoke-alarm 210']);
  });

  it('says nothing at a test of the detector, which is a record, nor for another kind', () => {
    const tested = world({ kind: 'smoke-detector' }).say(0, { test: true, smoke: false });
    expect(tested.story).toEqual(['raised detector-test 0']);
    expect(world({ kind: 'camera' }).say(0, { smoke: true }).story).toEqual([]);
  });
});

describe('sos-pressed', () => {
  it('notifies each press and nothing else', () => {
    const seen = world({ kind: 'sos-button' })
      .say(0, { sos: true })
      .say(1, { sos: false })
      .say(60, { sos: true });
    expect(seen.story).toEqual(['raised sos-pressed 0', 'raised sos-pressed 60']);
    expect(seen.alarms[0]).toMatchObject({ state: 'cleared', resident: 'r-0502', lifeSafety: true });
  });
});

describe('falls', () => {
  it('a confirmed one is an alarm at once and ends with the fall', () => {
    const seen = world({ kind: 'fall-radar' })
      .say(0, { 'fall-confirmed': true })
      .say(90, { 'fall-confirmed': false });
    expect(seen.story).toEqual(['raised fall-confirmed 0', 'cleared fall-confirmed 90']);
  });

  it('a possible one is asked after when it stood for 30 s', () => {
    const seen = world({ kind: 'fall-radar' }).say(0, { fall: true }).pass(31).say(40, { fall: false });
    expect(seen.story).toEqual(['raised fall-suspected 30', 'cleared fall-suspected 40']);
  });

  it('a possible one that ends before says nothing', () => {
    const seen = world({ kind: 'fall-radar' }).say(0, { fall: true }).say(20, { fall: false }).pass(100);
    expect(seen.story).toEqual([]);
  });

  it('no mode holds a radar back', () => {
    const seen = world({ kind: 'fall-radar' }).mode('r-0502', 'away').say(0, { 'fall-confirmed': true });
    expect(seen.story).toEqual(['raised fall-confirmed 0']);
  });
});

describe('water-leak', () => {
  it('raises at once and clears when it was dry for two minutes', () => {
    const seen = world({ kind: 'water-leak' })
      .say(0, { 'water-leak': true })
      .say(60, { 'water-leak': false });
    expect(seen.pass(180).story).toEqual(['raised water-leak 0', 'cleared water-leak 180']);
  });

  it('says nothing while the place is under maintenance', () => {
    const seen = world({ kind: 'water-leak' }).mode('b3', 'maintenance').say(0, { 'water-leak': true });
    expect(seen.story).toEqual([]);
  });
});

describe('doors left open', () => {
  it.each([
    [{ place: 'b3-u1' }, 'unit-door-left-open', 60],
    [{ place: 'b3-0502', tags: ['unit-door'] }, 'unit-door-left-open', 60],
    [{ place: 'b3', tags: ['unit-door'] }, 'unit-door-left-open', 60],
    [{ place: 'b3' }, 'lobby-door-left-open', 180],
    [{ place: 'b3-u1', tags: ['lobby'] }, 'lobby-door-left-open', 180],
  ])('%j: %s after %d s', (device, id, seconds) => {
    const seen = world({ kind: 'door', ...device })
      .say(0, { 'door-open': true })
      .pass(seconds - 1);
    expect(seen.story).toEqual([]);
    seen.pass(seconds).say(400, { 'door-open': false });
    expect(seen.story).toEqual([`raised ${id} ${seconds}`, `cleared ${id} 400`]);
  });

  it('a door that is closed in time, and the door of a flat, say nothing', () => {
    const unit = world({ kind: 'door', place: 'b3-u1' })
      .say(0, { 'door-open': true })
      .say(59, { 'door-open': false });
    expect(unit.pass(1000).story).toEqual([]);
    expect(world({ kind: 'door' }).say(0, { 'door-open': true }).pass(1000).story).toEqual([]);
  });
});

describe('silent devices', () => {
  it('a battery device that speaks daily is silent after 25 h 12 min, until it speaks', () => {
    const seen = world({ kind: 'smoke-detector', expectEvery: '24h' })
      .say(10, { battery: 90 })
      .pass(25.2 * hour);
    expect(seen.story).toEqual([]);
    seen.pass(26 * hour).say(27 * hour, { smoke: false });
    expect(seen.story).toEqual([
      `raised device-silent ${25.2 * hour + 10}`,
      `cleared device-silent ${27 * hour}`,
    ]);
  });

  it('a device without a cadence of its own is judged by what it does', () => {
    const seen = world({ kind: 'environment' });
    for (let at = 0; at <= hour; at += 300) seen.say(at, { temperature: 20 });
    expect(seen.pass(hour + 900).story).toEqual([`raised device-silent ${hour + 900}`]);
  });

  it('a door at night is not silent, unless it said how often it speaks', () => {
    const door = world({ kind: 'door', place: 'b3-u1' });
    for (let at = 0; at <= hour; at += 300) door.say(at, { 'door-open': (at / 300) % 2 === 0 });
    door.say(hour + 5, { 'door-open': false });
    expect(door.pass(48 * hour).story.filter((line) => line.includes('device'))).toEqual([]);
    const known = world({ kind: 'door', expectEvery: '1h' })
      .say(0, { battery: 80 })
      .pass(2 * hour);
    expect(known.story).toEqual([`raised device-overdue ${1.05 * hour}`]);
  });
});
