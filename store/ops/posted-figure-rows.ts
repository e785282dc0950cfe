import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** How many alarms somebody outside raised under a name. */
export interface PostedFigure {
  readonly rule: string;
  readonly alarms: number;
  /** Of them, those that stand. */
  readonly active: number;
}

/** The newest alarms are looked through, and no more: a flow that ran away raised hundreds of thousands. */
const mostAlarms = 10_000;
const mostRules = 50;

export class PostedFigureRows {
  readonly #raised: Statement<PostedFigure>;

  constructor(connection: DatabaseSync) {
    this.#raised = prepare(
      connection,
      `select rule, count(*) as alarms, sum(state = 'active') as active
       from (select rule, state, body from alarms where started_at >= ? order by started_at desc limit ${mostAlarms})
       where body ->> '$.posted.by' = ?
       group by rule order by alarms desc, rule limit ${mostRules}`,
    );
  }

  since(from: EpochMs, by: string): readonly PostedFigure[] {
    return this.#raised.all(from, by);
  }
}
