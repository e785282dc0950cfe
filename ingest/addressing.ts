import { native } from '#ingest/dialects/native.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import type { Stage } from '#ingest/stage.ts';

/** Who speaks, and in which dialect: by the topic, and for a gateway's own topics by the gateway's dialect. */
export const addressed: Stage = (work, around) => {
  const device = around.configuration.device(work.device);
  if (device === undefined) {
    work.refuse(
      'unknown-device',
      `the device ${work.device} is not known; it may have been deleted meanwhile`,
    );
    return false;
  }
  if (device.retired !== undefined) {
    work.isPassed = true;
    return false;
  }
  work.configured = device;
  work.memory = around.memories.change(device.id);
  const own = device.dialect === undefined ? native : dialects.get(device.dialect);
  switch (work.route.kind) {
    case 'telemetry':
      // On our own topics everything means ours but what a payload says by itself.
      work.dialect = own?.topics === 'any' ? own : native;
      return true;
    case 'status':
    case 'reply':
      return true;
    case 'unknown':
      work.refuse('unknown-topic', 'a device says telemetry, status and command/reply, nothing else');
      return false;
    case 'foreign':
      if (own === undefined || device.dialect === undefined) {
        work.refuse('unknown-topic', unreadable(device.dialect));
        return false;
      }
      work.dialect = own;
      return true;
  }
};

const unreadable = (dialect: string | undefined): string =>
  dialect === undefined
    ? 'the topic is none of ours and the device has no dialect'
    : `the dialect ${dialect} cannot be read by this version; the message is kept and can be replayed when it can`;
