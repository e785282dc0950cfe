/** A process that writes transactions until it is killed; says each position that was committed. */
import { writeSync } from 'node:fs';
import { position, type TaskId } from '#model/brand.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { quarantineKey } from '#tests/store/ops/support/disposable-store.ts';
import { alarm, entry, reading, task } from '#tests/store/ops/support/samples.ts';

const writer = await openOpsWriter(process.argv[2] ?? '', { quarantineKey });
for (let n = writer.position() + 1; ; n += 1) {
  writer.begin();
  writer.putAlarm(alarm(`a-${n}`));
  writer.putTask(task(`t-${n}`));
  writer.appendHistory(`t-${n}` as TaskId, entry());
  writer.appendHistory(`t-${n}` as TaskId, entry({ to: 'dispatched' }));
  writer.putHistoryBatch({ position: position(n), readings: [reading()], context: [] });
  writer.putState('rules', 'sum', 'x'.repeat(10_000));
  writer.setPosition(position(n));
  writer.commit();
  // At once and unbuffered: what was said was committed before.
  writeSync(1, `${n}\n`);
}
