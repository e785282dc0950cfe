import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';

/** What the kit takes for a part of a board: something that says what it is when it is asked. */
export interface Builder<T> {
  readonly build: () => T;
}

/** A query of a panel, as Grafana has it. */
export type Target = NonNullable<Panel['targets']>[number];
