import type { DatabaseSync } from 'node:sqlite';
import type { Severity } from '#model/alarm.ts';
import type { EpochMs, RuleId } from '#model/brand.ts';
import type { FigureScope } from '#store/ops/milestone-rows.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** The alarms of a rule and severity that began in a time. */
export interface RuleFigures {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly alarms: number;
  /** Of those somebody said in the end what they were. */
  readonly judged: number;
  readonly genuine: number;
  readonly lastAt: EpochMs;
}

/** Alarms counted by rule and severity. */
export class RuleFigureRows {
  readonly #counted: Statement<RuleFigures>;

  constructor(connection: DatabaseSync) {
    this.#counted = prepare(
      connection,
      `select rule, severity, count(*) as alarms, count(body ->> '$.disposition') as judged,
         count(*) filter (where body ->> '$.disposition' = 'genuine') as genuine, max(started_at) as lastAt
       from alarms where started_at >= ?1 and started_at < ?2
         and (?3 is null or place in (select value from json_each(?3)))
       group by rule, severity`,
    );
  }

  /** Of rules that raised any. */
  between({ from, places, to }: FigureScope): readonly RuleFigures[] {
    return this.#counted.all(from, to, places === undefined ? null : JSON.stringify(places));
  }
}
