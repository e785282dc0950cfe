import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dialects } from '#ingest/dialects/registry.ts';
import type { Ingested } from '#ingest/ingested.ts';
import { position } from '#model/brand.ts';
import { type GatewayMore, gatewayIngest, message, now, seen } from '#tests/ingest/workbench.ts';

/**
 * Golden cases of what gateways say: tests/cases/DIALECT/SENTENCE/{message,expected}.json; a new case needs no code. A message
 * has a topic and one of `payload` (JSON), `text`, `base64`, or `messages`: several such, one second after the other. It may
 * name the gateway's `filter`, `mapping` and `options`, the `kinds` of devices by address, say `state` (retained, just after CONNECT), and `source`:
 * where it is from. `neverKept` is what must not be found in anything that is kept of it.
 * It is received at 2026-01-01T04:00:00Z by a gateway that may bring devices.
 */
interface CaseMessage {
  readonly topic: string;
  readonly payload?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly state?: boolean;
}
interface Case extends CaseMessage {
  readonly filter?: string;
  readonly options?: GatewayMore['options'];
  /** Of the dialect custom: by which mapping it is read. */
  readonly mapping?: GatewayMore['mapping'];
  readonly kinds?: Readonly<Record<string, string>>;
  readonly neverKept?: readonly string[];
  readonly source?: string;
  readonly messages?: readonly CaseMessage[];
}
interface Expected {
  /** By device: `ADDRESS`, `d-1` for the gateway itself. */
  readonly readings?: Readonly<Record<string, readonly unknown[]>>;
  readonly quarantined?: readonly { readonly reason: string; readonly property: string | null }[];
  readonly presence?: Readonly<Record<string, boolean>>;
  readonly repeats?: number;
  /** It is understood, and says nothing. */
  readonly passed?: true;
}

const root = new URL('../cases/', import.meta.url).pathname;
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

const ofOurs: ReadonlySet<string> = new Set(['native', 'senml']);
for (const [id, { topics }] of dialects) {
  if (ofOurs.has(id)) continue;
  const usual = topics === 'any' ? '#' : topics.usual;
  describe(id, () => {
    test('has cases', () => {
      expect(existsSync(join(root, id))).toBe(true);
    });
    for (const sentence of readdirSync(join(root, id)))
      test(sentence, () => {
        const given = read(id, sentence, 'message.json') as Case;
        const wanted = read(id, sentence, 'expected.json') as Expected;
        expect(outcome(id, given, given.filter ?? usual)).toEqual(wanted);
      });
  });
}

function outcome(id: string, given: Case, filter: string): Expected {
  const { kinds = {}, mapping, neverKept = [], options } = given;
  const ingest = gatewayIngest(id, filter, { kinds, mapping, options });
  const results = (given.messages ?? [given]).map((each, index) => {
    const at = (now + index * 1_000) as typeof now;
    const { state = false, topic } = each;
    return ingest.take(message(payloadOf(each), { topic, state, at }), position(index + 1), at);
  });
  for (const secret of neverKept) expect(keptOf(results)).not.toContain(secret);
  return expectedOf(results);
}

/** Everything that ingest hands on, as text. */
const keptOf = (results: readonly Ingested[]): string =>
  results
    .flatMap(({ observations, quarantined, replies }) => [
      ...observations.flatMap(({ values }) => [...values].flat().map(String)),
      ...quarantined.map(
        ({ payload, ...about }) => `${JSON.stringify(about)} ${Buffer.from(payload).toString()}`,
      ),
      ...replies.map((reply) => JSON.stringify(reply)),
    ])
    .join('\n');

function expectedOf(results: readonly Ingested[]): Expected {
  const readings: Record<string, unknown[]> = {};
  for (const result of results)
    for (const [index, { device }] of result.observations.entries())
      readings[device] = [...(readings[device] ?? []), seen(result)[index]];
  const quarantined = results
    .flatMap((result) => result.quarantined)
    .map(({ property, reason }) => ({ reason, property }));
  const presence = results.flatMap((result) => result.presence.map(({ device, online }) => [device, online]));
  const repeats = results.reduce((sum, result) => sum + result.repeats, 0);
  return {
    ...(Object.keys(readings).length > 0 && { readings }),
    ...(quarantined.length > 0 && { quarantined }),
    ...(presence.length > 0 && { presence: Object.fromEntries(presence) as Record<string, boolean> }),
    ...(repeats > 0 && { repeats }),
    ...(results.every(({ isPassed }) => isPassed) && { passed: true as const }),
  };
}

function payloadOf(given: CaseMessage): Uint8Array {
  if (given.base64 !== undefined) return Buffer.from(given.base64, 'base64');
  return Buffer.from(given.text ?? (given.payload === undefined ? '' : JSON.stringify(given.payload)));
}
