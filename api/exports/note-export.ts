import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { ExportRun } from '#api/exports/export-desk.ts';
import type { Selection } from '#api/exports/selection.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

/** Devices that one line of the audit names. */
const devicesALine = 100;

/** Who takes personal or health readings out is in the audit before the first of them leaves, with all devices. */
export async function noteExport(parts: {
  readonly context: ApiContext;
  readonly caller: Caller;
  readonly run: ExportRun;
  readonly selection: Selection;
  readonly range: { readonly from: EpochMs; readonly to: EpochMs };
}): Promise<void> {
  const { caller, context, range, run, selection } = parts;
  const { sensitive } = selection;
  if (sensitive.length === 0) return;
  const properties = new Set(selection.sensitiveProperties);
  const what = `export ${run.id} (${run.format}) of ${[...properties].join(', ')} from ${iso(range.from)} to ${iso(range.to)}`;
  const lines = Array.from({ length: Math.ceil(sensitive.length / devicesALine) }, (_, line) => ({
    target: 'readings',
    detail: `${what}: ${sensitive.slice(line * devicesALine, (line + 1) * devicesALine).join(', ')}`,
  }));
  await context.execute(caller, { name: 'note-history', lines });
}
