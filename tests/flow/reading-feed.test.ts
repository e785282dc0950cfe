import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { RunningPlatform } from './support/running-platform.ts';

interface Page {
  readonly items: readonly { readonly property: string; readonly value: number; readonly position: string }[];
  readonly next: string;
}

const device = 'climate-b3';
const feed = (after: string) =>
  `/api/v1/readings/feed?device=${device}&property=temperature&limit=7&wait=5&after=${after}`;

it('whoever follows the readings misses none that was acknowledged, in order, through kills', async () => {
  using directory = temporaryDirectory();
  let platform = await RunningPlatform.start({ dataDir: directory.path });
  await using _ = { [Symbol.asyncDispose]: () => platform.kill() };
  let admin = await ApiClient.signIn(platform);
  await admin.post('/api/v1/import', community);
  let cursor = (await admin.get<Page>('/api/v1/readings/feed')).body.next;

  const rounds = 3;
  const acknowledged: number[] = [];
  const met = new Map<string, number>();
  let last = 0;
  let isOver = false;
  let restarted = Promise.withResolvers<void>();

  /** Two readings a message, one message after the other; what the kill left without a PUBACK is not sent again. */
  const sending = (async () => {
    while (!isOver) {
      const again = restarted.promise;
      try {
        using client = await RawMqtt.connect({
          port: platform.ready.mqtt,
          username: device,
          password: tokens.climate,
        });
        while (!isOver) {
          last += 1;
          const payload = JSON.stringify({ temperature: last, humidity: 40 });
          const topic = `gridbell/lianfang-1/${device}/telemetry`;
          await client.publishAcknowledged({ topic, payload, messageId: 1 + (last % 60_000) });
          acknowledged.push(last);
        }
      } catch {
        await again;
      }
    }
  })();
  /** Keeps its place as a program does: behind what it has dealt with. */
  const following = (async () => {
    for (;;) {
      const isLast = isOver;
      const again = restarted.promise;
      const page = await admin.get<Page>(feed(cursor)).catch(() => null);
      if (page === null) await again;
      else {
        expect(page.status, JSON.stringify(page.body)).toBe(200);
        for (const { position, value } of page.body.items) met.set(position, value);
        cursor = page.body.next;
        if (isLast && page.body.items.length === 0) return;
      }
    }
  })();

  for (let round = 0; round < rounds; round++) {
    const enough = acknowledged.length + 40;
    while (acknowledged.length < enough) await pause(5);
    await platform.kill();
    platform = await RunningPlatform.start({ dataDir: directory.path });
    admin = await ApiClient.signIn(platform);
    restarted.resolve();
    restarted = Promise.withResolvers<void>();
  }
  isOver = true;
  restarted.resolve();
  await Promise.all([sending, following]);

  const values = [...met.values()];
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(new Set(values).size, 'none twice under another position').toBe(values.length);
  const seen = new Set(values);
  expect(acknowledged.filter((value) => !seen.has(value))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * 40);
  expect(await platform.stop()).toBe(0);
});
