import type { Step } from '#app/rule-tests/course.ts';
import { readSaying, readSeries } from '#app/rule-tests/read-sayings.ts';
import type { Scope } from '#app/rule-tests/scope.ts';
import { put } from '#app/rule-tests/test-community.ts';
import { type InputSort, inputSorts, inputs } from '#app/rule-tests/test-file.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import { iso } from '#model/clock.ts';
import { modeId } from '#model/community.ts';

/** An entry of `input` as what happens; none when something is wrong with it, which the scope's complaints say. */
export function readInput(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  switch (sortOf(entry)) {
    case 'mode':
      return readMode(entry, path, scope);
    case 'endMode':
      return readEndOfMode(entry, path, scope);
    case 'task':
      return readAction(entry, path, scope);
    case 'restart':
      return readRestart(entry, path, scope);
    case 'every':
      return readSeries(entry, path, scope);
    case 'device':
      return readSaying(entry, path, scope);
    case 'at':
      return readPassing(entry, path, scope);
    case undefined:
      scope.complaints.add(path, 'must have one of device, mode, end-mode, task, restart, or at alone');
      return [];
  }
}

function sortOf(entry: unknown): InputSort | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  return inputSorts.find((sort) => sort in entry);
}

function readMode(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  if (!scope.complaints.fits(inputs.mode, entry, path)) return [];
  const { mode, reason, target } = entry;
  scope.names.target(target, [...path, 'target']);
  const at = scope.moment(entry.at, [...path, 'at']);
  const until = entry.until === undefined ? undefined : scope.moment(entry.until, [...path, 'until']);
  if (at === undefined) return [];
  const body = {
    target,
    mode,
    ...(until === undefined ? {} : { until: iso(until) }),
    ...(reason === undefined ? {} : { reason }),
  };
  return [{ kind: 'change', at, change: put('mode', modeId(body), body) }];
}

function readEndOfMode(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  if (!scope.complaints.fits(inputs.endMode, entry, path)) return [];
  const { endMode: mode, target } = entry;
  scope.names.target(target, [...path, 'target']);
  const at = scope.moment(entry.at, [...path, 'at']);
  const id = modeId({ target, mode });
  return at === undefined ? [] : [{ kind: 'change', at, change: { op: 'delete', resource: 'mode', id } }];
}

function readAction(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  if (!scope.complaints.fits(inputs.task, entry, path)) return [];
  const { by, of = {}, task: action, to } = entry;
  scope.names.person(by, [...path, 'by']);
  scope.names.person(to, [...path, 'to']);
  const at = scope.moment(entry.at, [...path, 'at']);
  const told = to === undefined ? {} : { to };
  return at === undefined ? [] : [{ kind: 'act', at, written: entry.at, action, by, of, ...told }];
}

function readRestart(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  if (!scope.complaints.fits(inputs.restart, entry, path)) return [];
  const at = scope.moment(entry.at, [...path, 'at']);
  return at === undefined ? [] : [{ kind: 'restart', at }];
}

function readPassing(entry: unknown, path: Path, scope: Scope): readonly Step[] {
  if (!scope.complaints.fits(inputs.at, entry, path)) return [];
  const at = scope.moment(entry.at, [...path, 'at']);
  return at === undefined ? [] : [{ kind: 'pass', at }];
}
