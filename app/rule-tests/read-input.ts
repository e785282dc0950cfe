import type { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import type { Step } from '#app/rule-tests/course.ts';
import type { Moments } from '#app/rule-tests/moments.ts';
import { parseSpan } from '#app/rule-tests/moments.ts';
import { nearest } from '#app/rule-tests/nearest.ts';
import { readValues } from '#app/rule-tests/said-values.ts';
import { put } from '#app/rule-tests/test-community.ts';
import { type InputSort, inputSorts, inputs } from '#app/rule-tests/test-file.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import { epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { modeId } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';

/** More of one series would be no test but a flood. */
const mostOfSeries = 200_000;

export interface InputContext {
  readonly complaints: ComplaintList;
  readonly moments: Moments;
  /** Null: not known, so no name is said to be wrong. */
  readonly configuration: Configuration | null;
}

/** Reads entries of `input` into steps; what is wrong goes to the complaints. */
export class InputReader {
  readonly #complaints: ComplaintList;
  readonly #moments: Moments;
  readonly #configuration: Configuration | null;

  constructor({ complaints, configuration, moments }: InputContext) {
    this.#complaints = complaints;
    this.#moments = moments;
    this.#configuration = configuration;
  }

  read(entry: unknown, path: Path): readonly Step[] {
    switch (sortOf(entry)) {
      case 'mode':
        return this.#mode(entry, path);
      case 'endMode':
        return this.#endMode(entry, path);
      case 'restart':
        return this.#restart(entry, path);
      case 'every':
        return this.#series(entry, path);
      case 'device':
        return this.#saying(entry, path);
      case 'at':
        return this.#passing(entry, path);
      case undefined:
        this.#complaints.add(path, 'must have one of device, mode, end-mode, restart, or at alone');
        return [];
    }
  }

  #mode(entry: unknown, path: Path): readonly Step[] {
    if (!this.#complaints.fits(inputs.mode, entry, path)) return [];
    const { mode, reason, target } = entry;
    const at = this.#moment(entry.at, [...path, 'at']);
    const until = entry.until === undefined ? undefined : this.#moment(entry.until, [...path, 'until']);
    this.#checkTarget(target, [...path, 'target']);
    if (at === undefined || (entry.until !== undefined && until === undefined)) return [];
    const body = {
      target,
      mode,
      ...(until === undefined ? {} : { until: iso(until) }),
      ...(reason === undefined ? {} : { reason }),
    };
    return [{ kind: 'change', at, change: put('mode', modeId(body), body) }];
  }

  #endMode(entry: unknown, path: Path): readonly Step[] {
    if (!this.#complaints.fits(inputs.endMode, entry, path)) return [];
    const { endMode: mode, target } = entry;
    const at = this.#moment(entry.at, [...path, 'at']);
    this.#checkTarget(target, [...path, 'target']);
    if (at === undefined) return [];
    return [{ kind: 'change', at, change: { op: 'delete', resource: 'mode', id: modeId({ target, mode }) } }];
  }

  #restart(entry: unknown, path: Path): readonly Step[] {
    if (!this.#complaints.fits(inputs.restart, entry, path)) return [];
    const at = this.#moment(entry.at, [...path, 'at']);
    return at === undefined ? [] : [{ kind: 'restart', at }];
  }

  #passing(entry: unknown, path: Path): readonly Step[] {
    if (!this.#complaints.fits(inputs.at, entry, path)) return [];
    const at = this.#moment(entry.at, [...path, 'at']);
    return at === undefined ? [] : [{ kind: 'pass', at }];
  }

  #saying(entry: unknown, path: Path): readonly Step[] {
    if (!this.#complaints.fits(inputs.device, entry, path)) return [];
    const { device, repeat = 0, retained = false } = entry;
    const values = readValues(entry.values, {
      complaints: this.#complaints,
      isSeries: false,
      path: [...path, 'values'],
    })(0, 1);
    const measuredAt = this.#moment(entry.at, [...path, 'at']);
    const at = entry.arrives === undefined ? measuredAt : this.#arrival(entry.arrives, measuredAt, path);
    this.#checkDevice(device, path);
    if (measuredAt === undefined || at === undefined) return [];
    const step: Step = { kind: 'say', device, values, measuredAt, at, retained };
    return Array.from({ length: repeat + 1 }, () => step);
  }

  #series(entry: unknown, path: Path): readonly Step[] {
    if (!this.#complaints.fits(inputs.every, entry, path)) return [];
    const { device, retained = false } = entry;
    const values = readValues(entry.values, {
      complaints: this.#complaints,
      isSeries: true,
      path: [...path, 'values'],
    });
    const from = this.#moment(entry.from, [...path, 'from']);
    const to = this.#moment(entry.to, [...path, 'to']);
    const arrival = entry.arrives === undefined ? undefined : this.#arrival(entry.arrives, to, path);
    const everyMs = parseSpan(entry.every);
    this.#checkDevice(device, path);
    if (everyMs === undefined || everyMs <= 0) {
      this.#complaints.add([...path, 'every'], 'must be a duration such as 10s, longer than none');
      return [];
    }
    if (from === undefined || to === undefined) return [];
    const count = Math.floor((to - from) / everyMs) + 1;
    if (count < 1) this.#complaints.add([...path, 'to'], 'is before from');
    else if (count > mostOfSeries)
      this.#complaints.add(
        [...path, 'every'],
        `comes to ${count} readings; at most ${mostOfSeries} are a test`,
      );
    else
      return Array.from({ length: count }, (_, index): Step => {
        const measuredAt = epochMs(from + index * everyMs);
        return {
          kind: 'say',
          device,
          values: values(index, count),
          measuredAt,
          at: arrival ?? measuredAt,
          retained,
        };
      });
    return [];
  }

  #moment(text: string, path: Path): EpochMs | undefined {
    const at = this.#moments.read(text);
    if (at === undefined) this.#complaints.add(path, 'must be a time such as 90s, 1h30m or 2026-01-01T22:30');
    return at;
  }

  #arrival(text: string, measuredAt: EpochMs | undefined, path: Path): EpochMs | undefined {
    const at = this.#moment(text, [...path, 'arrives']);
    if (at === undefined || measuredAt === undefined || at >= measuredAt) return at;
    this.#complaints.add([...path, 'arrives'], 'is before it was measured');
    return undefined;
  }

  #checkDevice(device: string, path: Path): void {
    const configuration = this.#configuration;
    if (!configuration || configuration.device(device as DeviceId)) return;
    const known = [...configuration.devices()].map(({ id }) => id);
    this.#complaints.add([...path, 'device'], `there is no device ${device}${nearest(device, known)}`);
  }

  #checkTarget(target: string, path: Path): void {
    const configuration = this.#configuration;
    if (!configuration) return;
    const { communityId } = configuration;
    const known = [...configuration.places(), ...configuration.residents(), { id: String(communityId) }];
    const ids: readonly string[] = known.map(({ id }) => id);
    if (ids.includes(target)) return;
    this.#complaints.add(path, `there is no place and no resident ${target}${nearest(target, ids)}`);
  }
}

function sortOf(entry: unknown): InputSort | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  return inputSorts.find((sort) => sort in entry);
}
