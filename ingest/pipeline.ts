import { addressed } from '#ingest/addressing.ts';
import { clockJudged } from '#ingest/clock.ts';
import { decoded } from '#ingest/decoding.ts';
import { grouped } from '#ingest/grouping.ts';
import { named } from '#ingest/naming.ts';
import { withoutPersons } from '#ingest/privacy.ts';
import { refusedKept } from '#ingest/refusals.ts';
import { followRenames } from '#ingest/renaming.ts';
import { notRepeated } from '#ingest/repeats.ts';
import { notResent } from '#ingest/resends.ts';
import { notTooLarge } from '#ingest/size.ts';
import { spread } from '#ingest/spreading.ts';
import type { Stage, Surroundings } from '#ingest/stage.ts';
import { timed } from '#ingest/times.ts';
import { inOurUnits } from '#ingest/units.ts';
import { validated } from '#ingest/validate.ts';
import type { Work } from '#ingest/work.ts';
import { messageOf } from '#model/errors.ts';

/** The way of a message, in order. */
const reading: readonly Stage[] = [addressed, notTooLarge, notResent, decoded];

/** The way of what it says of one device. */
const judging: readonly Stage[] = [
  named,
  withoutPersons,
  inOurUnits,
  validated,
  timed,
  clockJudged,
  notRepeated,
  grouped,
  refusedKept,
];

/**
 * Sends a message through the stages. Never throws: a stage that fails is a fault of ours, but the message is
 * acknowledged and would fail at every start again, so it is kept in quarantine with what went wrong.
 */
export function run(work: Work, around: Surroundings): void {
  try {
    for (const stage of reading) if (!stage(work, around)) return;
    if (isKnownNumber(work)) {
      work.repeats += 1;
      return;
    }
    // Whose it is, is known where the whole message is kept (ingest/spreading.ts).
    if (work.dialect?.keepsWhole !== true)
      for (const carried of work.carried.values()) work.refused.push(...carried.refused);
    if (work.only !== undefined) dropOwn(work);
    for (const stage of judging) if (!stage(work, around)) break;
    followRenames(work, around);
    if (work.carried.size > 0) spread(work, around, judging);
    if (isNothing(work)) work.refuse('empty', 'nothing in it is a value; null means that nothing is said');
  } catch (error) {
    work.observations.length = 0;
    work.refuse('malformed', `a fault of Gridbell's: ${messageOf(error)}`);
  }
}

/** By a maker's number of what the sender says of itself; a replay from quarantine was numbered when it came first. */
const isKnownNumber = ({ isReplay, memory, number }: Work): boolean =>
  number !== undefined && !isReplay && memory?.isNewNumber(number) === false;

/** What the sender says of itself, where only one of those whom it carries is meant. */
function dropOwn(work: Work): void {
  work.said.length = 0;
  work.refused.length = 0;
  work.presence.length = 0;
}

const isNothing = ({ isPassed, observations, presence, quarantined, repeats }: Work): boolean =>
  !isPassed && observations.length + presence.length + quarantined.length + repeats === 0;
