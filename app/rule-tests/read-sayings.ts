import type { Step } from '#app/rule-tests/course.ts';
import { parseSpan } from '#app/rule-tests/moments.ts';
import { readValues } from '#app/rule-tests/said-values.ts';
import type { Scope } from '#app/rule-tests/scope.ts';
import { inputs } from '#app/rule-tests/test-file.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';

/** More would be no test but a flood. */
const mostOfSeries = 200_000;

/** One message of a device, as often as it comes. */
export function readSaying(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  const { complaints, names } = scope;
  if (!complaints.fits(inputs.device, entry, path)) return [];
  const { device, repeat = 0, retained = false } = entry;
  names.device(device, [...path, 'device']);
  const values = readValues(entry.values, { complaints, isSeries: false, path: [...path, 'values'] })(0, 1);
  const measuredAt = scope.moment(entry.at, [...path, 'at']);
  const at = entry.arrives === undefined ? measuredAt : arrival(entry.arrives, measuredAt, { path, scope });
  if (measuredAt === undefined || at === undefined) return [];
  const step: Step = { kind: 'say', device, values, measuredAt, at, retained };
  return Array.from({ length: repeat + 1 }, () => step);
}

/** The messages of a series, both ends included. */
export function readSeries(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  const { complaints, names } = scope;
  if (!complaints.fits(inputs.every, entry, path)) return [];
  const { device, retained = false } = entry;
  names.device(device, [...path, 'device']);
  const values = readValues(entry.values, { complaints, isSeries: true, path: [...path, 'values'] });
  const from = scope.moment(entry.from, [...path, 'from']);
  const to = scope.moment(entry.to, [...path, 'to']);
  const together = entry.arrives === undefined ? undefined : arrival(entry.arrives, to, { path, scope });
  const everyMs = parseSpan(entry.every) ?? 0;
  if (everyMs <= 0) complaints.add([...path, 'every'], 'must be a duration such as 10s, longer than none');
  if (from === undefined || to === undefined || everyMs <= 0) return [];
  const count = Math.floor((to - from) / everyMs) + 1;
  if (count < 1) complaints.add([...path, 'to'], 'is before from');
  if (count > mostOfSeries)
    complaints.add([...path, 'every'], `comes to ${count} readings; a test has at most ${mostOfSeries}`);
  if (count < 1 || count > mostOfSeries) return [];
  return Array.from({ length: count }, (_, index): Step => {
    const measuredAt = epochMs(from + index * everyMs);
    return {
      kind: 'say',
      device,
      values: values(index, count),
      measuredAt,
      at: together ?? measuredAt,
      retained,
    };
  });
}

function arrival(
  text: string,
  measuredAt: EpochMs | undefined,
  { path, scope }: { readonly path: Path; readonly scope: Scope },
): EpochMs | undefined {
  const at = scope.moment(text, [...path, 'arrives']);
  if (at === undefined || measuredAt === undefined || at >= measuredAt) return at;
  scope.complaints.add([...path, 'arrives'], 'is before it was measured');
  return undefined;
}
