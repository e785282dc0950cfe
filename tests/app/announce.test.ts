import { join } from 'node:path';
import { expect, it } from 'vitest';
import { epochMs, type PersonId } from '#model/brand.ts';
import type { Bulletin } from '#model/notice.ts';
import type { InboxRecord } from '#model/record.ts';
import { openOpsReader } from '#store/ops/open-reader.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { engineOver, key } from '#tests/app/support/engine-over.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

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
  const { effects, engine } = engineOver({ ops, records });
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
