import { type CommandWriter, type Draft, isObject, type JsonObject } from '#ingest/dialects/dialect.ts';
import { downlinkOf, levelBehind } from '#ingest/dialects/downlink.ts';

/** `application/APP/device/DEV_EUI/command/down` (chirpstack.io/docs: integrations/mqtt). Where it is not confirmed, a gateway that sent it is all that is known. */
export const chirpstackCommands: CommandWriter = {
  write(order) {
    const downlink = downlinkOf(order);
    if ('refused' in downlink) return downlink;
    const application = levelBehind('application', order.filter);
    if (application === undefined)
      return { refused: 'the topic of the gateway has to name its application: application/ID/#' };
    const { data, fPort, isConfirmed, object } = downlink;
    const { address, uuid } = order;
    return {
      topic: `${application.before}/${application.level}/device/${address}/command/down`,
      payload: { id: uuid, devEui: address, confirmed: isConfirmed, fPort, data, object },
      answered: isConfirmed ? `ack ${uuid}` : `txack ${uuid}`,
      failed: `nack ${uuid}`,
    };
  },
};

const nack = (id: unknown, error: string, device: Draft): void => {
  if (typeof id === 'string') device.reply({ key: `nack ${id}`, ok: false, error });
};

/** The device acknowledged a downlink, or did not. */
export function sayAck({ acknowledged, queueItemId }: JsonObject, device: Draft): void {
  if (acknowledged !== true) nack(queueItemId, 'the device did not acknowledge it', device);
  else if (typeof queueItemId === 'string') device.reply({ key: `ack ${queueItemId}`, ok: true });
}

/** A gateway sent it. */
export function saySent({ queueItemId }: JsonObject, device: Draft): void {
  if (typeof queueItemId === 'string') device.reply({ key: `txack ${queueItemId}`, ok: true });
}

/** What the network server could not do. */
export function sayLog({ context, description, level }: JsonObject, device: Draft): void {
  if (level !== 'ERROR' || !isObject(context)) return;
  nack(context['queue_item_id'], typeof description === 'string' ? description : 'it failed', device);
}
