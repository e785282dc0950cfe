import { intervalMs } from '#device-sim/devices/heartbeat.ts';
import type { DeviceModel } from '#device-sim/devices/report.ts';
import type { Fleet } from '#device-sim/fleet/fleet.ts';
import type { ExpectedAlarm } from '#device-sim/message.ts';
import type { Cast } from '#device-sim/scenarios/cast.ts';
import type { DeviceEffects } from '#device-sim/scenarios/effects.ts';
import type { Scenario } from '#device-sim/scenarios/scenario.ts';
import type { Calendar } from '#device-sim/time/calendar.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';

export interface ExpectedOptions {
  readonly scenario: Scenario;
  readonly cast: Cast;
  readonly at: EpochMs;
  readonly effects: readonly DeviceEffects[];
  readonly fleet: Fleet;
  readonly calendar: Calendar;
  readonly modelOf: (device: string) => DeviceModel | undefined;
}

const defaultWithinMs = 5_000;
/** A report that the radio lost was heard that much later. */
const heardLateMs = 60_000;
/** Nobody looks further back for what a device said last. */
const longestSilenceDays = 120;

/** The alarms that a scenario announces, with the times at which it plays. */
export function expectedOf(options: ExpectedOptions): readonly ExpectedAlarm[] {
  const { scenario, cast, at } = options;
  return scenario.source.expect.flatMap((expected): ExpectedAlarm[] => {
    if ('silent' in expected)
      return (cast.get(expected.silent) ?? []).flatMap((device) => silencesOf(device, options));
    const around = at + (parseDuration(expected.at) ?? 0);
    const within = expected.within === undefined ? defaultWithinMs : (parseDuration(expected.within) ?? 0);
    const role = 'resident' in expected ? expected.resident : expected.device;
    return (cast.get(role) ?? []).map((key) => ({
      scenario: scenario.id,
      rule: expected.rule,
      key,
      from: epochMs(around - within),
      to: epochMs(around + within),
      task: expected.task ?? true,
    }));
  });
}

/** What the rule library says of a device that is silent: when its time is over before it speaks again. */
function silencesOf(id: string, options: ExpectedOptions): readonly ExpectedAlarm[] {
  const device = options.fleet.device(id);
  const model = options.modelOf(id);
  const watched = device && watchOf(device);
  if (!device || !model || !watched) return [];
  return options.effects
    .filter((one) => one.device === id)
    .flatMap(({ silences }) => silences)
    .flatMap((silence): ExpectedAlarm[] => {
      const last = lastBefore(model, silence.to, options.calendar);
      const next = firstFrom(model, silence.to, options.calendar);
      const due = last + watched.allowedMs;
      if (due >= next) return [];
      const from = epochMs(Math.floor(due - watched.guessMs));
      const to = epochMs(Math.ceil(due + watched.guessMs + heardLateMs));
      return [{ scenario: options.scenario.id, rule: watched.rule, key: id, from, to, task: true }];
    });
}

/** Kinds that report by the clock and those that speak when something happens (docs/decisions/042-silence-by-kind.md). */
const byTheClock: ReadonlySet<string> = new Set([
  'smoke-detector',
  'heat-detector',
  'co-detector',
  'gas-detector',
  'water-leak',
  'environment',
  'water-meter',
  'bed-sensor',
  'fall-radar',
  'wearable',
  'lift',
]);
const byEvent: ReadonlySet<string> = new Set([
  'door',
  'access-reader',
  'sos-button',
  'motion',
  'camera',
  'fire-lane-camera',
  'siren',
  'lock',
  'light',
  'plug',
  'switch',
  'gateway',
]);

interface SilenceWatch {
  readonly rule: 'device-silent' | 'device-overdue';
  /** How long it may be silent. */
  readonly allowedMs: number;
  /** How far that may be wrong, since the platform learned it from the device. */
  readonly guessMs: number;
}

/** Which rule of the library waits for the device to speak, and how long; undefined: none. */
export function watchOf(device: Device): SilenceWatch | undefined {
  const expectedMs = device.expectEvery === undefined ? undefined : parseDuration(device.expectEvery);
  const rule = byTheClock.has(device.kind) ? 'device-silent' : 'device-overdue';
  if (expectedMs !== undefined && (rule === 'device-silent' || byEvent.has(device.kind)))
    return { rule, allowedMs: expectedMs * 1.05, guessMs: 1_000 };
  if (rule === 'device-overdue') return undefined;
  const learnedMs = Math.max(600_000, 3 * intervalMs(device));
  return { rule, allowedMs: learnedMs, guessMs: learnedMs * 0.15 };
}

function lastBefore(model: DeviceModel, at: number, calendar: Calendar): number {
  const today = calendar.dayAt(at);
  for (let back = 0; back < longestSilenceDays; back++) {
    let last: number | undefined;
    for (const { at: said, status } of model(calendar.day(today.number - back))) {
      if (said >= at) break;
      if (status === undefined) last = said;
    }
    if (last !== undefined) return last;
  }
  return at;
}

function firstFrom(model: DeviceModel, at: number, calendar: Calendar): number {
  const today = calendar.dayAt(at);
  for (let ahead = 0; ahead < longestSilenceDays; ahead++)
    for (const { at: said, status } of model(calendar.day(today.number + ahead)))
      if (said >= at && status === undefined) return said;
  return Number.POSITIVE_INFINITY;
}
