import { chirpstackCommands, sayAck, sayLog, saySent } from '#ingest/dialects/chirpstack-commands.ts';
import {
  type Dialect,
  type Draft,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { isoTime } from '#ingest/dialects/iso-time.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import { sayDecoded } from '#ingest/dialects/lorawan.ts';
import type { Heard } from '#ingest/heard.ts';

/** What is understood and measures nothing. */
const silent: ReadonlySet<string> = new Set(['join', 'integration']);

/** What became of a downlink. */
const answers: ReadonlySet<string> = new Set(['ack', 'txack', 'log']);

/**
 * ChirpStack v4 (chirpstack.io/docs: integrations/mqtt, integrations/events): `application/APP/device/DEV_EUI/event/EVENT`.
 * The network server delivers an uplink once for each `deduplicationId`.
 */
export const chirpstack: Dialect = {
  id: 'chirpstack',
  topics: { usual: 'application/#' },
  read(message: Heard, draft: MessageDraft): void {
    const match = /(?:^|\/)application\/[^/]+\/device\/([^/]+)\/(event|command)\/([^/]+)$/.exec(
      message.topic,
    );
    const [, eui = '', way, event = ''] = match ?? [];
    const read = readers.get(event);
    if (match === null || (way === 'event' && read === undefined && !silent.has(event)))
      draft.refuse('unknown-topic', 'ChirpStack says application/APP/device/DEV_EUI/event/EVENT');
    else if (way === 'command' || read === undefined) draft.pass();
    else {
      const json = jsonOf(message, draft);
      if (answers.has(event)) draft.pass();
      if (isObject(json)) read(json, draftOf(eui, json, draft));
      else if (json !== undefined) draft.refuse('malformed', 'an event is an object');
    }
  },
  commands: chirpstackCommands,
};

function draftOf(eui: string, event: JsonObject, draft: MessageDraft): Draft {
  const info = isObject(event['deviceInfo']) ? event['deviceInfo'] : {};
  const { deviceName, deviceProfileName } = info;
  const device = draft.of(eui.toLowerCase(), {
    ...(typeof deviceName === 'string' && { name: deviceName }),
    ...(typeof deviceProfileName === 'string' && { model: deviceProfileName }),
  });
  const { deduplicationId } = event;
  if (typeof deduplicationId === 'string') device.once(deduplicationId);
  return device;
}

type Reader = (event: JsonObject, device: Draft) => void;

const readUplink: Reader = (event, device) => {
  const time = isoTime(event['time']);
  const { data, deviceInfo, object } = event;
  const profile = isObject(deviceInfo) ? deviceInfo['deviceProfileName'] : undefined;
  const model = typeof profile === 'string' ? profile : '';
  if (isObject(object)) sayDecoded({ object, model }, time, device);
  else if (typeof data === 'string' && data !== '')
    device.refusePart(
      'empty',
      null,
      'bytes that nobody decoded: give the device profile a codec in ChirpStack; what comes then is read',
      event,
    );
  sayRadio(event['rxInfo'], device.moment(time), device);
};

/** By the gateway that heard it best. */
export function sayRadio(heardBy: unknown, moment: number, device: Draft): void {
  if (!Array.isArray(heardBy)) return;
  let best: JsonObject | undefined;
  for (const each of heardBy)
    if (isObject(each) && typeof each['rssi'] === 'number')
      if (best === undefined || each['rssi'] > Number(best['rssi'])) best = each;
  device.say(moment, 'rssi', best?.['rssi'], { isLoose: true });
  device.say(moment, 'snr', best?.['snr'], { isLoose: true });
}

const readStatus: Reader = (event, device) => {
  const moment = device.moment(isoTime(event['time']));
  const isOnMains = event['externalPowerSource'] === true;
  // 0 is also what a device says that is on the mains, or that cannot tell.
  if (!isOnMains && event['batteryLevelUnavailable'] !== true)
    device.say(moment, 'battery', event['batteryLevel'], { isLoose: true });
  if (isOnMains) device.say(moment, 'power', true);
  device.say(moment, 'link-margin', event['margin'], { isLoose: true });
};

const readLocation: Reader = (event, device) => {
  const { location } = event;
  const moment = device.moment(isoTime(event['time']));
  if (!isObject(location)) device.refusePart('malformed', null, 'a location is an object', event);
  else
    for (const key of ['latitude', 'longitude', 'altitude', 'accuracy'])
      device.say(moment, key === 'accuracy' ? 'location-accuracy' : key, location[key], { isLoose: true });
};

const readers: ReadonlyMap<string, Reader> = new Map([
  ['up', readUplink],
  ['status', readStatus],
  ['location', readLocation],
  ['ack', sayAck],
  ['txack', saySent],
  ['log', sayLog],
]);
