import { unrouted } from '#api/unrouted.ts';
import { advice, type Check, fine, type Said } from '#app/doctor/finding.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import { rosterGaps } from '#tasks/roster-gaps.ts';

const mostNamed = 5;

/** That a task would find somebody now, whatever it is about and wherever; and that somebody is on duty in the next 14 days. */
export const coverage: Check = {
  name: 'coverage',
  examine: ({ now, ops }) => {
    if (!ops?.ok) return [];
    const { reader } = ops.value;
    const configuration = reader.configuration();
    if ([...configuration.places()].length === 0) return [];
    const rules = reader.all('rule').map(({ body }) => body);
    const found = unrouted({ configuration, rules, now }).map(
      ({ category, place, rule }) => `${rule ?? category} at ${place}`,
    );
    const people =
      found.length === 0
        ? fine('a task of each category would find somebody at each place')
        : advice(
            `tasks would find nobody: ${named(found)}`,
            'give these places people of the wanted role, or a roster; GET /api/v1/coverage shows all',
          );
    return [people, ...gaps(configuration, now)];
  },
};

function gaps(configuration: Configuration, now: EpochMs): readonly Said[] {
  const found = rosterGaps(configuration, now).map(
    ({ from, place, role, to }) => `${role} for ${place}, ${iso(from)} to ${iso(to)}`,
  );
  if (found.length === 0) return [];
  return [
    advice(
      `nobody is on duty in the next 14 days: ${named(found)}`,
      'fill these shifts; until then people off duty are called. GET /api/v1/coverage shows all',
    ),
  ];
}

const named = (found: readonly string[]): string =>
  `${found.slice(0, mostNamed).join('; ')}${found.length > mostNamed ? ` and ${found.length - mostNamed} more` : ''}`;
