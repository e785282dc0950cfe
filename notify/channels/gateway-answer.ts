import { type Static, Type } from 'typebox';
import type { EpochMs } from '#model/brand.ts';
import type { Answer } from '#notify/channel.ts';
import type { HttpAnswer } from '#notify/channel-tools.ts';
import type { Discretion } from '#notify/channels/discretion.ts';
import { answerOfStatus } from '#notify/http-answer.ts';

const Path = Type.String({ pattern: '^[^.\\s]+(\\.[^.\\s]+){0,9}$', maxLength: 200 });
const Values = Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 50 });

/** How to read what a provider answers. Paths lead into its JSON: `data.0.code`. */
export const gatewayAnswerSettings = {
  /** Where the answer's code stands; absent: its status says all. */
  okPath: Type.Optional(Path),
  /** What stands there when the message was taken; absent: `0`, `OK`, `ok`, `true`, `success`. */
  okValues: Type.Optional(Values),
  /** What stands there when it should be tried again. */
  retryValues: Type.Optional(Values),
  /** Where the provider's own number of the message stands. */
  receiptPath: Type.Optional(Path),
};
type AnswerSettings = Static<ReturnType<typeof Type.Object<typeof gatewayAnswerSettings>>>;

const usualOk: readonly string[] = ['0', 'OK', 'ok', 'true', 'success'];

/** What a provider's answer means: first its status, then the code in its JSON. */
export function gatewayAnswer(
  said: HttpAnswer,
  settings: AnswerSettings,
  { discretion, now }: { readonly discretion: Discretion; readonly now: EpochMs },
): Answer {
  const byStatus = answerOfStatus(said, now);
  if (byStatus.outcome !== 'sent') return byStatus;
  const json = parsed(said.text);
  const receipt = settings.receiptPath === undefined ? undefined : scalarAt(json, settings.receiptPath);
  const sent: Answer = receipt === undefined ? byStatus : { outcome: 'sent', receipt: receipt.slice(0, 100) };
  if (settings.okPath === undefined) return sent;
  const code = scalarAt(json, settings.okPath);
  if (code === undefined)
    return { outcome: 'retry', because: `no ${settings.okPath} in the answer`, mayHaveArrived: true };
  if ((settings.okValues ?? usualOk).includes(code)) return sent;
  const because = discretion.of(`${settings.okPath} is ${code}`);
  return settings.retryValues?.includes(code)
    ? { outcome: 'retry', because, mayHaveArrived: false }
    : { outcome: 'refused', because };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The string, number or boolean at a path of names and indices, as text. */
function scalarAt(value: unknown, path: string): string | undefined {
  let at = value;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? String(at) : undefined;
}
