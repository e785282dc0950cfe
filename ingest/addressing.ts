import { custom } from '#ingest/dialects/custom.ts';
import type { Dialect } from '#ingest/dialects/dialect.ts';
import { native } from '#ingest/dialects/native.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import type { Stage, Surroundings } from '#ingest/stage.ts';
import type { Device } from '#model/community.ts';

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
  const own = dialectOf(device, around);
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

function dialectOf(device: Device, { configuration, customs }: Surroundings): Dialect | undefined {
  if (device.dialect === undefined) return native;
  return device.dialect === custom.id ? customs.of(device, configuration) : dialects.get(device.dialect);
}

const unreadable = (dialect: string | undefined): string =>
  dialect === undefined
    ? 'the topic is none of ours and the device has no dialect'
    : `the dialect ${dialect} cannot be read by this version; the message is kept and can be replayed when it can`;
