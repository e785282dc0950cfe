import type { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import type { KnownNames } from '#app/rule-tests/known-names.ts';
import type { Moments } from '#app/rule-tests/moments.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import type { EpochMs } from '#model/brand.ts';

/** What the parts of one test are read with. */
export class Scope {
  readonly complaints: ComplaintList;
  readonly names: KnownNames;
  readonly moments: Moments;

  constructor(parts: {
    readonly complaints: ComplaintList;
    readonly names: KnownNames;
    readonly moments: Moments;
  }) {
    this.complaints = parts.complaints;
    this.names = parts.names;
    this.moments = parts.moments;
  }

  /** Undefined, and a complaint, for what is no time. */
  moment(text: string, path: Path): EpochMs | undefined {
    const at = this.moments.read(text);
    if (at === undefined) this.complaints.add(path, 'must be a time such as 90s, 1h30m or 2026-01-01T22:30');
    return at;
  }
}
