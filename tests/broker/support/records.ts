import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceId } from '#model/brand.ts';
import { epochMs } from '#model/brand.ts';
import type { MessageRecord } from '#model/record.ts';

/** A directory that is gone at the end of the test. */
export function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'gridbell-broker-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export const inboxKey = new Uint8Array(32).fill(7);

/** A message whose payload is the number, so that a test recognizes it. */
export function numbered(number: number, size = 0): MessageRecord {
  return {
    type: 'message',
    at: epochMs(1_700_000_000_000 + number),
    sender: 'smoke-1' as DeviceId,
    client: 'client',
    topic: 'gridbell/c1/smoke-1/telemetry',
    payload: Buffer.from(`secret number ${number} ${'.'.repeat(size)}`),
    qos: 1,
    dup: false,
    retain: false,
    messageId: 1 + (number % 65_535),
    state: false,
  };
}

/** The number of a record that `numbered` made. */
export function numberOf(record: { readonly type: string; readonly payload?: Uint8Array }): number {
  const text = Buffer.from(record.payload ?? []).toString();
  return Number(/^secret number (\d+) /.exec(text)?.[1]);
}
