import type { Intake } from '#broker/intake/intake.ts';
import type { DeviceLookup, InboxAppender, Urgency } from '#broker/ports.ts';
import { ownRoot } from '#broker/topic-rights.ts';
import type { DeviceId } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { Clock } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

/** What a device pushed otherwise than by MQTT. */
export interface Delivery {
  /** Authenticated. */
  readonly device: DeviceId;
  /** A dialect topic. */
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface DeliveryParts {
  readonly inbox: InboxAppender;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly devices: Pick<DeviceLookup, 'device'>;
}

/** On their way to the disk at a time; one that comes on top is to come again. */
const mostUnderWay = 64;
/** The name space of their message ids, of which they have none. */
const client = 'http';

/**
 * What devices push goes the way of what they publish: into the same inbox, into the disk's reserve where it may save
 * somebody, and never past the bounds that hold for all that is under way.
 */
export class Deliveries {
  readonly #parts: DeliveryParts;
  #underWay = 0;
  #records = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** On disk since the start. */
  get records(): number {
    return this.#records;
  }

  /** Resolves when it is on disk. Rejects with GridbellError: `not-found`, `invalid-input`, `disk-full`, `too-many-requests`. */
  async deliver({ device, payload, topic }: Delivery): Promise<void> {
    const { clock, inbox, intake } = this.#parts;
    if (topic === ownRoot || topic.startsWith(`${ownRoot}/`))
      throw new GridbellError('invalid-input', 'What is pushed has a topic of its dialect.');
    const urgency = this.#urgencyOf(device, payload.length);
    if (this.#underWay >= mostUnderWay)
      throw new GridbellError('too-many-requests', 'Too much is on its way to the disk; come again.', {
        extra: { retryAfterS: 1 },
      });
    this.#underWay++;
    intake.holds(payload.length);
    try {
      const record = {
        type: 'message',
        at: clock.now(),
        sender: device,
        client,
        topic,
        payload,
        qos: 1,
        dup: false,
        retain: false,
        messageId: 0,
        state: false,
      } as const;
      intake.stored(await inbox.append(record, urgency));
      this.#records++;
    } finally {
      intake.holds(-payload.length);
      this.#underWay--;
    }
  }

  #urgencyOf(id: DeviceId, bytes: number): Urgency {
    const { devices, intake } = this.#parts;
    const device = devices.device(id);
    if (device === undefined) throw new GridbellError('not-found', `There is no device ${id}.`);
    const kind = deviceKindCatalogue.get(device.kind);
    const maySave = kind !== undefined && (kind.gateway || kind.lifeSafety);
    intake.look();
    return maySave && bytes <= intake.limits.vitalBytes && intake.vitalOf(id).take(intake.nowMs)
      ? 'vital'
      : 'ordinary';
  }
}
