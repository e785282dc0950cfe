import { type DurationMs, durationMs } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import type { Answer } from '#notify/channel.ts';
import { type HttpAnswer, TargetRefused } from '#notify/channel-tools.ts';

/** A receiver may ask for patience, but not for so much that the next channel never gets its turn. */
const mostPatienceMs = 60 * 60 * 1_000;

/** What an HTTP status means for a message (RFC 9110 §15, RFC 6585 §4); for receivers that say no more than that. */
export function answerOfStatus({ headers, status }: HttpAnswer, nowMs: number): Answer {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  const because = `HTTP ${status}`;
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const afterMs = retryAfterOf(headers['retry-after'], nowMs);
    // 502 and 504 come from something in between that may have passed it on.
    const mayHaveArrived = status >= 500;
    return { outcome: 'retry', because, mayHaveArrived, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  if (status >= 300 && status < 400)
    return { outcome: 'refused', because: `${because}: redirects are not followed` };
  return { outcome: 'refused', because };
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3); undefined: none, or none that can be read. */
export function retryAfterOf(value: string | undefined, nowMs: number): DurationMs | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : durationMs(Math.min(Math.max(ms, 0), mostPatienceMs));
}

/** Before a connection stands nothing can have arrived. */
const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** It was not taken. */
export type FailedAnswer = Exclude<Answer, { outcome: 'sent' | 'delivered' }>;

/** What a request that failed means. */
export function answerOfFailure(error: unknown): FailedAnswer {
  if (error instanceof TargetRefused) return { outcome: 'refused', because: error.message };
  const mayHaveArrived = !beforeSending.has(codeOf(error) ?? '');
  return { outcome: 'retry', because: messageOf(error), mayHaveArrived };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
