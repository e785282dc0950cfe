import type { ApiContext } from '#api/context.ts';
import { type Health, type HealthFacts, type HealthReason, judgeHealth } from '#api/device-health/judge.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import { type Device, modeId } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';
import type { Presence } from '#store/ops/device-rows.ts';
import type { LastWord, Moment, Said } from '#store/ops/last-word-rows.ts';

/** How a device is, and what it was judged by. */
export interface Examined {
  readonly device: Device;
  readonly health: Health;
  readonly battery: Battery | null;
  /** When it said anything last, whoever may read it. */
  readonly heardAt: EpochMs | undefined;
}

/** A life-safety device that does not do what it is there for, for whatever reason. */
export const protectsNobody = ({ device, health }: Pick<Examined, 'device' | 'health'>): boolean =>
  health.state !== 'well' && deviceKindCatalogue.get(device.kind)?.lifeSafety === true;

export interface Battery {
  /** Percent; null: it only says whether it is low. */
  readonly level: number | null;
  readonly low: boolean;
}

/** Below it a battery lasts days or weeks, whatever the device thinks of it. */
const lowBatteryPercent = 15;
/** More alarms of silence than this tell nothing about single devices any more. */
const mostSilenceAlarms = 10_000;

/** The state of one device at this moment: for one, four look-ups. */
export function examine(device: Device, context: ApiContext): Examined {
  const { reader } = context;
  const alarm = silenceRules(context)
    .flatMap((rule) => reader.alarms({ state: 'active', rule, device: device.id }, { limit: 1 }).items)
    .at(0);
  return examined(device, context, {
    presence: reader.presence(device.id),
    word: reader.lastWord(device.id),
    silenceAlarmAt: alarm?.startedAt,
  });
}

/**
 * How every device of the installation is that is in use, or every one that is not, in no order: everything is read once, a few ms for
 * 2,000 devices.
 */
export function* makeRounds(context: ApiContext, areRetired = false): Generator<Examined, void> {
  const { configuration, reader } = context;
  const presences = new Map(reader.presence().map((presence) => [presence.device, presence]));
  const words = new Map(reader.lastWords().map((word) => [word.device, word]));
  const silences = silenceAlarms(context);
  for (const device of configuration.devices())
    if ((device.retired !== undefined) === areRetired)
      yield examined(device, context, {
        presence: presences.get(device.id),
        word: words.get(device.id),
        silenceAlarmAt: silences.get(device.id),
      });
}

interface Found {
  readonly presence: Presence | undefined;
  readonly word: LastWord | undefined;
  readonly silenceAlarmAt: EpochMs | undefined;
}

function examined(device: Device, context: ApiContext, { presence, silenceAlarmAt, word }: Found): Examined {
  const { platform } = context;
  // On the data clock, receipt is a time of another clock.
  const timeOf = ({ at, receivedAt }: Moment): EpochMs => (platform.clock === 'data' ? at : receivedAt);
  const heardAt = word?.heard ? timeOf(word.heard) : undefined;
  const fault = (said: Said<boolean> | null | undefined, reason: HealthReason) =>
    said?.value ? [{ reason, at: timeOf(said) }] : [];
  const facts: HealthFacts = {
    now: platform.now(),
    downtimes: platform.downtimes(),
    retiredAt: device.retired === undefined ? undefined : epochMs(Date.parse(device.retired)),
    maintenanceSince: maintenanceSince(device, context),
    presence,
    heardAt,
    faults: [
      ...fault(word?.fault, 'reported-fault'),
      ...fault(word?.tamper, 'tampered'),
      ...fault(word?.videoLost, 'video-lost'),
    ],
    silenceAlarmAt,
    expectEveryMs: parseDuration(device.expectEvery ?? ''),
    staysConnected: staysConnected(device),
  };
  return { device, health: judgeHealth(facts), battery: batteryOf(word), heardAt };
}

/** Since when the maintenance is in force that began first. */
function maintenanceSince(device: Device, { configuration, platform, reader }: ApiContext) {
  if (!configuration.modesOf(device, platform.now()).has('maintenance')) return undefined;
  const targets = [...configuration.path(device.place), ...(device.resident ? [device.resident] : [])];
  const began = targets.flatMap((target) => {
    const stored = reader.get('mode', modeId({ target, mode: 'maintenance' }));
    return stored === undefined ? [] : [stored.updatedAt];
  });
  return began.sort((a, b) => a - b).at(0) ?? platform.now();
}

/** A kind that has mains power and hangs up for no reason; a kind that nobody knows may be anything. */
function staysConnected({ kind }: Device): boolean {
  const known = deviceKindCatalogue.get(kind);
  return known !== undefined && (known.gateway || !known.properties.includes('battery'));
}

function batteryOf(word: LastWord | undefined): Battery | null {
  const level = word?.battery?.value ?? null;
  const says = word?.batteryLow?.value;
  if (level === null && says === undefined) return null;
  return { level, low: says === true || (level !== null && level <= lowBatteryPercent) };
}

/** Those that watch for a device that says nothing at all. */
const silenceRules = ({ reader }: ApiContext): readonly string[] =>
  reader
    .all('rule')
    .filter(({ body }) => body['property'] === '*' && body['silentFor'] !== undefined)
    .map(({ id }) => id);

/** By device, when it was found silent. */
function silenceAlarms(context: ApiContext): ReadonlyMap<string, EpochMs> {
  const found = new Map<string, EpochMs>();
  for (const rule of silenceRules(context))
    for (const { device, startedAt } of context.reader.alarms(
      { state: 'active', rule },
      { limit: mostSilenceAlarms },
    ).items)
      found.set(device, startedAt);
  return found;
}
