import { type RawBuilder, sql } from 'kysely';
import type { EpochMs } from '#model/brand.ts';
import { lowRating } from '#model/report.ts';
import { type MilestoneQuery, milestones } from '#model/task-milestones.ts';

/** What tasks/indicators/fits.ts says, over the columns of `task_milestones`; null: nothing is asked. */
export function milestoneTerms(query: MilestoneQuery): RawBuilder<boolean> | null {
  const terms: RawBuilder<boolean>[] = [];
  for (const each of milestones) {
    const span = query[each];
    if (span === undefined) continue;
    const column = sql.ref(`${each}_at`);
    // A partial index is only taken where the text says that it holds what is looked for.
    terms.push(sql<boolean>`${column} is not null`);
    if (span.from !== undefined) terms.push(sql<boolean>`${column} >= ${span.from}`);
    if (span.to !== undefined) terms.push(sql<boolean>`${column} < ${span.to}`);
  }
  const { checkedInTime, filed, inTime, openAt, overdueAt, ratedLow, reworked, states, suspended } = query;
  if (filed !== undefined) terms.push(sql<boolean>`(filed_at is not null) = ${Number(filed)}`);
  if (inTime !== undefined) terms.push(sql<boolean>`in_time = ${Number(inTime)}`);
  if (checkedInTime !== undefined)
    terms.push(sql<boolean>`(closed_at <= check_at) = ${Number(checkedInTime)}`);
  if (ratedLow !== undefined) terms.push(sql<boolean>`(rating <= ${lowRating}) = ${Number(ratedLow)}`);
  if (reworked !== undefined) terms.push(sql<boolean>`(reworks > 0) = ${Number(reworked)}`);
  if (suspended !== undefined) terms.push(sql<boolean>`(suspensions > 0) = ${Number(suspended)}`);
  if (openAt !== undefined)
    terms.push(sql<boolean>`created_at < ${openAt} and (ended_at is null or ended_at >= ${openAt})`);
  if (overdueAt !== undefined) terms.push(wasOverdue(overdueAt));
  if (states !== undefined)
    terms.push(sql<boolean>`state in (select value from json_each(${JSON.stringify(states)}))`);
  return terms.length === 0 ? null : sql<boolean>`${sql.join(terms, sql` and `)}`;
}

const wasOverdue = (at: EpochMs) =>
  sql<boolean>`created_at < ${at} and (ended_at is null or ended_at >= ${at}) and state <> 'suspended'
    and case when filed_at is null or filed_at >= ${at} then verify_at
      when handled_at < ${at} and state in ('feedback', 'closed', 'evaluated') then check_at
      else due_at end < ${at}`;
