import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import type { InboxExamination } from '#broker/inbox/examination.ts';

const mostNamed = 5;

/** The log: its files, their order, and that batches open. */
export const inbox: Check = {
  name: 'inbox',
  examine: ({ inbox: found, isInUse, ops }) => {
    const committed = ops?.ok ? ops.value.reader.position() : 0;
    if (found === null) return committed === 0 ? [] : [lost(0, committed)];
    if (!found.ok) return [problem(found.error, 'see that the directory may be read, and check the disk')];
    const said = [...faults(found.value), ...gaps(found.value, committed), ...setAside(found.value)];
    const { last, opened, segments } = found.value;
    // Of a platform that works the one may be seen before the other has followed.
    if (!isInUse && committed > (last ?? 0)) said.push(lost(last ?? 0, committed));
    return said.length > 0
      ? said
      : [fine(`${segments} files up to record ${last ?? 0}; ${opened} batches opened`)];
  },
};

const lost = (last: number, committed: number): Said =>
  problem(
    `the inbox ends at record ${last}, but the ops store knows record ${committed}: inbox/ was lost, or is of another copy`,
    'put ops.db, inbox/ and history.duckdb of one and the same copy in place while Gridbell is stopped',
  );

function faults({ faults: named }: InboxExamination): readonly Said[] {
  if (named.length === 0) return [];
  const more = named.length > mostNamed ? ` and ${named.length - mostNamed} more` : '';
  return [
    problem(
      `${named.slice(0, mostNamed).join('; ')}${more}`,
      'keep a copy of the directory and check the disk; a batch that does not open is set aside by itself and reading goes on behind it; a file that is no SQLite file: move it and those beside it (-wal, -shm) out of inbox/',
    ),
  ];
}

/** Up to `committed` the records have done their work: what is missing there is no loss any more. */
function gaps({ gaps: found }: InboxExamination, committed: number): readonly Said[] {
  return found.map(({ from, to }) =>
    to > committed
      ? problem(
          `records ${from} to ${to} are missing: what they said is lost`,
          'did somebody move files of inbox/? Put them back while Gridbell is stopped; else it goes on behind them',
        )
      : warning(
          `records ${from} to ${to} are missing; they were processed before`,
          'nothing has to be done; find out what happened to the directory',
        ),
  );
}

function setAside({ setAside: files }: InboxExamination): readonly Said[] {
  if (files.length === 0) return [];
  return [
    warning(
      `inbox/damaged holds ${files.length} batches that could not be opened (${files.slice(0, mostNamed).join(', ')}): what they said is lost`,
      'check the disk, report it, and move the files away when it is settled',
    ),
  ];
}
