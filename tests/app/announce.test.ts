import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assembleEngine } from '#app/engine/assemble.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import { epochMs, type PersonId, position } from '#model/brand.ts';
import type { Bulletin } from '#model/notice.ts';
import type { InboxRecord } from '#model/record.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const nothing = () => undefined;
const key = Buffer.alloc(32, 1);

const about = (until: number, person = 'm-li', id = `s:${until}:${person}`): Bulletin => ({
  id,
  person: person as PersonId,
  severity: 'warning',
  text: { title: { en: `until ${until}` }, body: {} },
  series: { name: 'summary:daily', until: epochMs(until) },
});

/** What a real engine on a real store has people told of, of these in turn. */
async function toldOf(...bulletins: readonly Bulletin[]): Promise<readonly string[]> {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'ops.db');
  const records = bulletins.map(
    (bulletin, n): InboxRecord => ({
      type: 'command',
      at: epochMs(1_800_000_000_000 + n),
      id: `c-${n}`,
      actor: { kind: 'system', id: 'system' },
      command: { name: 'announce', bulletins: [bulletin] },
    }),
  );
  const ops = await openOpsWriter(path, { quarantineKey: key });
  const { effects, engine } = assembleEngine({
    ops,
    inbox: {
      read: (after, max) =>
        records
          .slice(after, after + max)
          .map((record, index) => ({ position: position(after + index + 1), record })),
    },
    clock: 'system',
    pseudonymKey: key,
    counts: new EngineCounts(),
    outlet: {
      outcomes: nothing,
      events: nothing,
      deviceCommands: nothing,
      readings: nothing,
      historyAvailable: nothing,
      snapshotTaken: nothing,
      rightsChanged: nothing,
      foundDevices: nothing,
      failed: (error) => {
        throw error;
      },
    },
    skip: new Map(),
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  while (engine.step());
  effects.flush();
  ops.close();
  const reader = openOpsReader(path, { quarantineKey: key });
  const told = reader.noticesAfter(0, 100).map(({ bulletin, person }) => `${person} ${bulletin?.title.en}`);
  reader.close();
  return told;
}

it('what comes again and again is told once for each time, in its order, whatever it is called', async () => {
  const told = await toldOf(
    about(2),
    about(2),
    // Made anew after a crash, or after the clock was set back.
    about(2, 'm-li', 'another'),
    about(1),
    about(2, 'm-wang'),
    about(3),
  );
  expect(told).toEqual(['m-li until 2', 'm-wang until 2', 'm-li until 3']);
});
