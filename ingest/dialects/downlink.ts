import { type CommandOrder, isObject, type JsonObject } from '#ingest/dialects/dialect.ts';

/** What goes down over LoRaWAN: bytes, or an object for the device's codec. */
export interface Downlink {
  readonly fPort: number;
  readonly isConfirmed: boolean;
  /** Base64. */
  readonly data: string | undefined;
  readonly object: JsonObject | undefined;
}

const mostBytes = 242;

/** Only what the device's maker says is understood there: nobody can tell what bytes switch a siren on. */
export function downlinkOf({ args, command }: CommandOrder): Downlink | { readonly refused: string } {
  if (command !== 'downlink')
    return { refused: 'over LoRaWAN there is only "downlink", with fPort and data (base64) or object' };
  const { confirmed, data, fPort, object } = args;
  if (typeof fPort !== 'number' || !Number.isInteger(fPort) || fPort < 1 || fPort > 223)
    return { refused: 'fPort is a number from 1 to 223' };
  const isBytes = typeof data === 'string' && isBase64(data);
  if (isBytes === isObject(object))
    return { refused: `either data, base64 of at most ${mostBytes} bytes, or object` };
  return {
    fPort,
    isConfirmed: confirmed === true,
    data: isBytes ? data : undefined,
    object: isObject(object) ? object : undefined,
  };
}

function isBase64(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.length <= mostBytes && bytes.toString('base64') === text;
}

/** The level behind `root` in the gateway's filter, and all before it; undefined where it names none. */
export function levelBehind(
  root: string,
  filter: string,
): { readonly before: string; readonly level: string } | undefined {
  const levels = filter.split('/');
  const at = levels.indexOf(root);
  const level = levels[at + 1];
  if (at < 0 || level === undefined || level === '+' || level === '#') return undefined;
  return { before: levels.slice(0, at + 1).join('/'), level };
}
