import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { position } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { parseRetention } from '#model/retention.ts';
import { configurationWith, device, ingestWith, message, now, seen } from '#tests/ingest/workbench.ts';

/**
 * Golden cases: tests/cases/DIALECT/SENTENCE/{message,expected}.json; a new case needs no code.
 * A message has one of `payload` (JSON), `text`, `base64`, `repeat` (so many bytes of JSON), and may name clock, kind,
 * dialect, topic (of ours), fullTopic, retention (as in the settings). It is received at 2026-01-01T04:00:00Z.
 */
interface CaseMessage {
  readonly payload?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly repeat?: number;
  readonly clock?: ClockKind;
  readonly kind?: string;
  readonly dialect?: string;
  readonly topic?: string;
  readonly fullTopic?: string;
  readonly retention?: unknown;
}
interface CaseExpected {
  readonly observations?: readonly unknown[];
  /** Without `payload` it is not compared. */
  readonly quarantined?: readonly { reason: string; property: string | null; payload?: unknown }[];
  readonly presence?: readonly boolean[];
  readonly replies?: readonly unknown[];
  readonly repeats?: number;
}

const root = new URL('../cases/', import.meta.url).pathname;
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

for (const dialect of ['native', 'senml']) {
  for (const sentence of readdirSync(join(root, dialect)))
    test(`${dialect}: ${sentence}`, () => {
      const given = read(dialect, sentence, 'message.json') as CaseMessage;
      const wanted = read(dialect, sentence, 'expected.json') as CaseExpected;
      const ingest = ingestWith({
        configuration: configurationWith(given.kind, given.dialect),
        clock: given.clock ?? 'system',
        ...(given.retention === undefined ? {} : { retention: parseRetention(given.retention) }),
      });
      const topic = given.fullTopic ?? `gridbell/c-1/${device}/${given.topic ?? 'telemetry'}`;
      const result = ingest.take(message(payloadOf(given), { topic }), position(1), now);

      expect(seen(result)).toEqual(wanted.observations ?? []);
      expect(result.quarantined.map(({ reason, property }) => ({ reason, property }))).toEqual(
        (wanted.quarantined ?? []).map(({ reason, property }) => ({ reason, property })),
      );
      for (const [index, { payload }] of (wanted.quarantined ?? []).entries()) {
        const kept = Buffer.from(result.quarantined[index]?.payload ?? []).toString();
        if (payload !== undefined)
          expect(typeof payload === 'string' ? kept : JSON.parse(kept)).toEqual(payload);
      }
      expect(result.presence.map(({ online }) => online)).toEqual(wanted.presence ?? []);
      expect(result.replies.map((reply) => ('payload' in reply ? reply.payload : reply.said))).toEqual(
        wanted.replies ?? [],
      );
      expect(result.repeats).toBe(wanted.repeats ?? 0);
    });
}

function payloadOf(given: CaseMessage): Uint8Array {
  if (given.base64 !== undefined) return Buffer.from(given.base64, 'base64');
  if (given.text !== undefined) return Buffer.from(given.text);
  if (given.repeat === undefined) return Buffer.from(JSON.stringify(given.payload));
  const frame = '{"smoke":true,"pad":""}';
  return Buffer.from(frame.replace('""', `"${'x'.repeat(given.repeat - frame.length)}"`));
}
