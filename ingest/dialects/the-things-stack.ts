import { sayRadio } from '#ingest/dialects/chirpstack.ts';
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
import { readDownlink, theThingsStackCommands } from '#ingest/dialects/the-things-stack-commands.ts';
import type { Heard } from '#ingest/heard.ts';

/** What became of a downlink. */
const answers: ReadonlySet<string> = new Set(['down/sent', 'down/ack', 'down/nack', 'down/failed']);

/**
 * The Things Stack v3 (thethingsindustries.com/docs: integrations/other-integrations/mqtt, data formats):
 * `v3/APP@TENANT/devices/ID/up`. Its JSON leaves out what is zero, false or empty, also `f_cnt` of the first uplink.
 */
export const theThingsStack: Dialect = {
  id: 'the-things-stack',
  topics: { usual: 'v3/#' },
  read(message: Heard, draft: MessageDraft): void {
    const match = /(?:^|\/)v3\/[^/]+\/devices\/([^/]+)\/(.+)$/.exec(message.topic);
    const [, id = '', event = ''] = match ?? [];
    if (match === null) draft.refuse('unknown-topic', 'The Things Stack says v3/APP/devices/ID/EVENT');
    else if (event !== 'up' && event !== 'location/solved' && !answers.has(event)) draft.pass();
    else {
      const json = jsonOf(message, draft);
      if (!isObject(json)) {
        if (json !== undefined) draft.refuse('malformed', 'an event is an object');
      } else if (answers.has(event)) readDownlink({ id, event }, json, draft);
      else if (event === 'up') readUplink(id, json, draft);
      else readLocation(id, json, draft);
    }
  },
  commands: theThingsStackCommands,
};

function readUplink(id: string, event: JsonObject, draft: MessageDraft): void {
  const uplink = event['uplink_message'];
  if (!isObject(uplink)) {
    draft.refuse('malformed', 'an uplink has an uplink_message');
    return;
  }
  const device = draftOf(id, event, uplink, draft);
  const time = isoTime(uplink['received_at'] ?? event['received_at']);
  // Somebody tries a codec in the server's console: nobody is to run for that.
  const more = { isPast: event['simulated'] === true };
  const object = uplink['decoded_payload'];
  const bytes = uplink['frm_payload'];
  if (isObject(object)) sayDecoded({ object, model: modelOf(uplink) }, time, withMore(device, more));
  else if (typeof bytes === 'string' && bytes !== '')
    device.refusePart(
      'empty',
      null,
      'bytes that nobody decoded: give the device a payload formatter in The Things Stack; what comes then is read',
      event,
    );
  sayRadio(uplink['rx_metadata'], device.moment(time, more), device);
}

/** The frame of a session: its number begins anew with each join, and the address is another then. */
function draftOf(id: string, event: JsonObject, uplink: JsonObject, draft: MessageDraft): Draft {
  const ids = isObject(event['end_device_ids']) ? event['end_device_ids'] : {};
  const model = modelOf(uplink);
  const device = draft.of(id, { name: id, ...(model !== '' && { model }) });
  const session = uplink['session_key_id'] ?? ids['dev_addr'];
  const count = uplink['f_cnt'] ?? 0;
  if (typeof session === 'string' && typeof count === 'number') device.once(`${session}/${count}`);
  return device;
}

function modelOf(uplink: JsonObject): string {
  const version = isObject(uplink['version_ids']) ? uplink['version_ids'] : {};
  return [version['brand_id'], version['model_id']].filter((part) => typeof part === 'string').join(' ');
}

const withMore = (device: Draft, more: { readonly isPast: boolean }): Draft => ({
  moment: (time, given) => device.moment(time, { ...more, ...given }),
  say: (moment, key, value, said) => device.say(moment, key, value, said),
  online: (isOnline) => device.online(isOnline),
  once: (id) => device.once(id),
  reply: (reply) => device.reply(reply),
  refusePart: (reason, property, detail, part) => device.refusePart(reason, property, detail, part),
});

function readLocation(id: string, event: JsonObject, draft: MessageDraft): void {
  const solved = isObject(event['location_solved']) ? event['location_solved'] : {};
  const { location } = solved;
  if (!isObject(location)) {
    draft.refuse('malformed', 'a location has a location_solved.location');
    return;
  }
  const device = draft.of(id, { name: id });
  const moment = device.moment(isoTime(event['received_at']));
  for (const key of ['latitude', 'longitude', 'altitude', 'accuracy'])
    device.say(moment, key === 'accuracy' ? 'location-accuracy' : key, location[key], { isLoose: true });
}
