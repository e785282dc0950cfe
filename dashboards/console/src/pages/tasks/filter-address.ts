/** What the board may be narrowed by, as it stands in the address. */
export const filterNames = ['place', 'category', 'severity', 'assignee', 'overdue'] as const;
export type FilterName = (typeof filterNames)[number];

const severities = ['critical', 'major', 'minor', 'warning'] as const;

export interface TaskNarrowing {
  readonly place?: string;
  readonly category?: string;
  readonly severity?: (typeof severities)[number];
  readonly assignee?: string;
  readonly overdue?: true;
}

/** What the address narrows the list by; what makes no sense in it is passed over. */
export function filterIn(query: Readonly<Record<string, unknown>>): TaskNarrowing {
  const text = (name: FilterName): string | undefined => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const severity = severities.find((each) => each === text('severity'));
  const [place, category, assignee] = [text('place'), text('category'), text('assignee')];
  return {
    ...(place === undefined ? {} : { place }),
    ...(category === undefined ? {} : { category }),
    ...(severity === undefined ? {} : { severity }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(text('overdue') === 'true' ? { overdue: true } : {}),
  };
}
