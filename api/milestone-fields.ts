import { type Static, Type } from 'typebox';
import { closed, instantOf, rangeOf } from '#api/schemas.ts';
import { iso } from '#model/clock.ts';
import { type Milestone, type MilestoneQuery, milestones, type Span } from '#model/task-milestones.ts';

const instant = (description: string) => Type.Optional(Type.String({ maxLength: 64, description }));
const from = (what: string) => instant(`${what} at this time or later; ISO 8601 with zone`);
const to = (what: string) => instant(`${what} before this time`);
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));

/** What a list of tasks may ask of what they went through; every figure of a report is such a list. */
export const milestoneFields = {
  createdFrom: from('Reported'),
  createdTo: to('Reported'),
  acceptedFrom: from('First accepted'),
  acceptedTo: to('First accepted'),
  handledFrom: from('Last fed back'),
  handledTo: to('Last fed back'),
  closedFrom: from('Closed'),
  closedTo: to('Closed'),
  dueFrom: from('To be handled until some time, which is'),
  dueTo: to('To be handled until some time, which is'),
  checkFrom: from('What was fed back is to be closed until some time, which is'),
  checkTo: to('What was fed back is to be closed until some time, which is'),
  ratedFrom: from('Last rated'),
  ratedTo: to('Last rated'),
  reopenedFrom: from('Last reopened'),
  reopenedTo: to('Last reopened'),
  openAt: instant('There before this time and not ended by then'),
  overdueAt: instant('Open at this time, and late then with what it waited for'),
  filed: flag('Filed at some time'),
  inTime: flag('Closed, and handled within its limit'),
  checkedInTime: flag('Closed within the time to check what was fed back'),
  ratedLow: flag('Rated 1 or 2 of 5 the last time'),
  reworked: flag('Sent back at least once'),
  suspended: flag('Its clock was paused at least once'),
} as const;
const MilestoneFilter = closed(milestoneFields);
type MilestoneFilter = Static<typeof MilestoneFilter>;

const flags = ['filed', 'inTime', 'checkedInTime', 'ratedLow', 'reworked', 'suspended'] as const;
const moments = ['openAt', 'overdueAt'] as const;

/** Throws `invalid-input` for what is no time and for ranges that hold nothing. */
export function milestoneQuery(filter: MilestoneFilter): MilestoneQuery | undefined {
  const query: MilestoneQuery = {
    ...Object.fromEntries(milestones.flatMap((each) => spanIn(filter, each))),
    ...Object.fromEntries(
      flags.flatMap((flag) => (filter[flag] === undefined ? [] : [[flag, filter[flag]]])),
    ),
    ...Object.fromEntries(
      moments.flatMap((each) => {
        const { [each]: at } = filter;
        return at === undefined ? [] : [[each, instantOf(at, each)]];
      }),
    ),
  };
  return Object.keys(query).length === 0 ? undefined : query;
}

function spanIn(filter: MilestoneFilter, milestone: Milestone): [Milestone, Span][] {
  const { [`${milestone}From` as const]: since, [`${milestone}To` as const]: until } = filter;
  if (since === undefined && until === undefined) return [];
  const range = {
    ...(since === undefined ? {} : { from: since }),
    ...(until === undefined ? {} : { to: until }),
  };
  return [[milestone, rangeOf(range)]];
}

/** The same as the query of an address. */
export function milestoneParams(query: MilestoneQuery): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const each of milestones) {
    const { from: since, to: until } = query[each] ?? {};
    if (since !== undefined) params[`${each}From`] = iso(since);
    if (until !== undefined) params[`${each}To`] = iso(until);
  }
  for (const flag of flags) if (query[flag] !== undefined) params[flag] = String(query[flag]);
  for (const each of moments) {
    const { [each]: at } = query;
    if (at !== undefined) params[each] = iso(at);
  }
  if (query.states !== undefined) params['state'] = query.states.join();
  return params;
}
