import { dedup } from '#notify/pipeline/dedup.ts';
import { figures } from '#notify/pipeline/figures.ts';
import { group } from '#notify/pipeline/group.ts';
import { inhibit } from '#notify/pipeline/inhibit.ts';
import { preferences } from '#notify/pipeline/preferences.ts';
import { silence } from '#notify/pipeline/silence.ts';
import type { Plan, Stage, Subject, Surroundings, Verdict } from '#notify/pipeline/stage.ts';

/** What a notice passes when it comes; then cascade, retry and record bring it to its person. */
const stages: readonly Stage[] = [inhibit, silence, group, dedup, preferences, figures];
/** What a message that waited passes again before it goes out. */
const stagesOfLate: readonly Stage[] = [inhibit, silence];

/** Whether, when and by which channels somebody is told, with the reasons of every stage. */
export const decide = (subject: Subject, around: Surroundings): Verdict => run(stages, subject, around);

/** Whether what was to be told later is still to be told. */
export const decideAgain = (subject: Subject, around: Surroundings): Verdict =>
  run(stagesOfLate, subject, around);

function run(list: readonly Stage[], subject: Subject, around: Surroundings): Verdict {
  let plan: Plan = { because: [], notBefore: subject.now, lead: null, channels: around.channels };
  for (const stage of list) {
    const verdict = stage(plan, subject, around);
    if ('stop' in verdict) return { ...verdict, because: [...plan.because, ...verdict.because] };
    plan = verdict.plan;
  }
  return { plan };
}
