import { type CommandWriter, isObject, type MessageDraft } from '#ingest/dialects/dialect.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import type { Heard } from '#ingest/heard.ts';

/** Where a gateway takes what is asked of those whom it carries, and answers (thingsboard.io/docs: reference/gateway-mqtt-api). */
export const rpcTopic = 'v1/gateway/rpc';

export const thingsboardCommands: CommandWriter = {
  write: ({ address, args, command, number }) => ({
    topic: rpcTopic,
    payload: { device: address, data: { id: number, method: command, params: args } },
    answered: answerTo(number),
    failed: answerTo(number),
  }),
};

const answerTo = (id: number): string => `rpc ${id}`;

/** `{"device":"Device A","id":1,"data":{"success":true}}` */
export function readAnswer(message: Heard, draft: MessageDraft): void {
  const json = jsonOf(message, draft);
  if (json === undefined) return;
  draft.pass();
  if (!isObject(json)) return;
  const { data, device, id } = json;
  if (typeof device !== 'string' || typeof id !== 'number') return;
  const { error, success } = isObject(data) ? data : {};
  const ok = success !== false && (error === undefined || error === null);
  draft.of(device).reply({
    key: answerTo(id),
    ok,
    error: ok ? undefined : typeof error === 'string' ? error : undefined,
  });
}
