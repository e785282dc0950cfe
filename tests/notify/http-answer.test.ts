import { describe, expect, it } from 'vitest';
import { TargetRefused } from '#notify/channel-tools.ts';
import { answerOfFailure, answerOfStatus, retryAfterOf } from '#notify/http-answer.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const answered = (status: number, headers: Record<string, string> = {}) =>
  answerOfStatus({ status, headers, text: '' }, now);

describe('an HTTP status', () => {
  it('of 200 to 299 says that it was taken', () => {
    expect(answered(204)).toEqual({ outcome: 'sent' });
  });

  it('429 is tried again when the receiver said, and cannot have arrived', () => {
    expect(answered(429, { 'retry-after': '7' })).toEqual({
      outcome: 'retry',
      because: 'HTTP 429',
      afterMs: 7_000,
      mayHaveArrived: false,
    });
  });

  it('500 is tried again with backoff, and may have arrived', () => {
    expect(answered(500)).toEqual({ outcome: 'retry', because: 'HTTP 500', mayHaveArrived: true });
  });

  it.each([400, 401, 403, 404, 410, 422])('%i is refused for good', (status) => {
    expect(answered(status)).toEqual({ outcome: 'refused', because: `HTTP ${status}` });
  });

  it('302 is refused: a redirect could lead inside', () => {
    expect(answered(302).outcome).toBe('refused');
  });
});

describe('Retry-After', () => {
  it('may be a date, and is never longer than an hour nor negative', () => {
    expect(retryAfterOf('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterOf('Wed, 31 Dec 2025 00:00:30 GMT', now)).toBe(0);
    expect(retryAfterOf('999999', now)).toBe(3_600_000);
    expect(retryAfterOf('soon', now)).toBeUndefined();
  });
});

describe('a request that failed', () => {
  it('before a connection stood cannot have arrived', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(answerOfFailure(new Error('fetch failed', { cause: refused }))).toMatchObject({
      outcome: 'retry',
      mayHaveArrived: false,
    });
  });

  it('afterwards may have arrived', () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(answerOfFailure(reset)).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
  });

  it('since its target is forbidden is refused for good', () => {
    expect(answerOfFailure(new TargetRefused('10.0.0.1 is private'))).toEqual({
      outcome: 'refused',
      because: '10.0.0.1 is private',
    });
  });
});
