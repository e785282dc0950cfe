import {
  type CommandOrder,
  type CommandWriter,
  isObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { baseOf, type Heard } from '#ingest/heard.ts';

/** Below the device's own topics, so that its gateway may publish there. */
const answersTo = 'gridbell';

/** `NAME/rpc` (shelly-api-docs.shelly.cloud: RPC over MQTT), answered at `NAME/gridbell/rpc` with the number of the question. */
export const shellyCommands: CommandWriter = {
  write(order) {
    const { name, ...call } = callOf(order);
    if (call.method === undefined)
      return {
        refused: `Shelly takes on, off and mute, of a whole device or of its DEVICE/COMPONENT, not ${order.command}`,
      };
    const base = baseOf(order.filter).join('/');
    const prefix = base === '' ? name : `${base}/${name}`;
    const { number } = order;
    const behind = order.address.slice(name.length);
    return {
      topic: `${prefix}/rpc`,
      payload: {
        id: number,
        src: `${prefix}/${answersTo}${behind}`,
        method: call.method,
        params: call.params,
      },
      answered: answerTo(number),
      failed: answerTo(number),
    };
  },
};

const answerTo = (id: number): string => `rpc ${id}`;

interface Call {
  readonly name: string;
  readonly method?: string;
  readonly params?: object;
}

/** Of further channels the component stands behind the name: `shellypro4pm-1/switch:2`. */
function callOf({ address, command }: CommandOrder): Call {
  const [, head = '', kind = '', number = ''] = /^(.+)\/(switch|light|smoke):(\d{1,3})$/.exec(address) ?? [];
  const name = head === '' ? address : head;
  const id = head === '' ? 0 : Number(number);
  if (command === 'mute' && (kind === '' || kind === 'smoke'))
    return { name, method: 'Smoke.Mute', params: { id } };
  if ((command !== 'on' && command !== 'off') || kind === 'smoke') return { name };
  const method = kind === 'light' ? 'Light.Set' : 'Switch.Set';
  return { name, method, params: { id, on: command === 'on' } };
}

/** `{"id":7,"src":"shellyplus1-…","dst":"…/gridbell","result":{…}}`, or an `error`; of whom the question was is in its number. */
export function readAnswer(message: Heard, name: string, draft: MessageDraft): boolean {
  const [, device, component = ''] = answerTopic.exec(name) ?? [];
  if (device === undefined) return false;
  const { json } = message;
  draft.pass();
  if (!json.ok || !isObject(json.value)) return true;
  const { error, id } = json.value;
  if (typeof id !== 'number') return true;
  const words = isObject(error) ? error['message'] : undefined;
  draft.of(device + component).reply({
    key: answerTo(id),
    ok: !isObject(error),
    error: typeof words === 'string' ? words : undefined,
  });
  return true;
}

const answerTopic = /^(.+)\/gridbell(\/(?:switch|light|smoke):\d{1,3})?$/;
