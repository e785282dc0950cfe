import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** The alarms of a rule since two times, and what people said they were in the end. */
export interface RuleAlarms {
  readonly rule: string;
  /** Since the later time. */
  readonly recent: number;
  /** Since the earlier time; what follows is of these. */
  readonly all: number;
  /** Of those somebody said what they were. */
  readonly judged: number;
  readonly genuine: number;
  /** When the newest of them began. */
  readonly newestAt: EpochMs;
}

/** Alarms counted by rule. */
export class RuleAlarmRows {
  readonly #counted: Statement<RuleAlarms>;

  constructor(connection: DatabaseSync) {
    this.#counted = prepare(
      connection,
      `select rule, count(*) filter (where started_at >= ?2) as recent, count(*) as "all",
         count(body ->> '$.disposition') as judged,
         count(*) filter (where body ->> '$.disposition' = 'genuine') as genuine,
         max(started_at) as newestAt
       from alarms where started_at >= ?1 group by rule`,
    );
  }

  /** Of rules that raised any since `from`. `recent`: not before `from`. */
  since(from: EpochMs, recent: EpochMs): readonly RuleAlarms[] {
    return this.#counted.all(from, recent);
  }
}
