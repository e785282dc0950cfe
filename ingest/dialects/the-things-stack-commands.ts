import {
  type CommandWriter,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { downlinkOf, levelBehind } from '#ingest/dialects/downlink.ts';

const mark = 'gridbell:';

/** `v3/APP@TENANT/devices/ID/down/push` (thethingsindustries.com/docs: MQTT server, downlinks), told again by its correlation id. */
export const theThingsStackCommands: CommandWriter = {
  write(order) {
    const downlink = downlinkOf(order);
    if ('refused' in downlink) return downlink;
    const application = levelBehind('v3', order.filter);
    if (application === undefined)
      return { refused: 'the topic of the gateway has to name its application: v3/APP@TENANT/#' };
    const { data, fPort, isConfirmed, object } = downlink;
    const { address, uuid } = order;
    const pushed = {
      f_port: fPort,
      frm_payload: data,
      decoded_payload: object,
      confirmed: isConfirmed,
      priority: 'NORMAL',
      correlation_ids: [mark + uuid],
    };
    return {
      topic: `${application.before}/${application.level}/devices/${address}/down/push`,
      payload: { downlinks: [pushed] },
      answered: isConfirmed ? `ack ${uuid}` : `sent ${uuid}`,
      failed: `failed ${uuid}`,
    };
  },
};

/** What became of a downlink: `sent`, `ack`, `nack`, `failed`; what is queued is not done. */
export function readDownlink(
  { event, id }: { readonly id: string; readonly event: string },
  said: JsonObject,
  draft: MessageDraft,
): void {
  draft.pass();
  const what = event.slice('down/'.length);
  const about = said[`downlink_${what}`];
  const uuid = [said['correlation_ids'], isObject(about) ? about['correlation_ids'] : undefined]
    .flatMap((ids): readonly unknown[] => (Array.isArray(ids) ? ids : []))
    .find((each): each is string => typeof each === 'string' && each.startsWith(mark))
    ?.slice(mark.length);
  if (uuid === undefined) return;
  if (what === 'sent' || what === 'ack') draft.of(id).reply({ key: `${what} ${uuid}`, ok: true });
  else if (what === 'nack' || what === 'failed')
    draft.of(id).reply({ key: `failed ${uuid}`, ok: false, error: errorIn(about) ?? `downlink ${what}` });
}

function errorIn(about: unknown): string | undefined {
  const error = isObject(about) ? about['error'] : undefined;
  const words = isObject(error) ? error['message_format'] : undefined;
  return typeof words === 'string' ? words : undefined;
}
