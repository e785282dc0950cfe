import type { Chance } from '#device-sim/chance/chance.ts';
import { type Act, isBusyDoing, joined, type Span, without } from '#device-sim/people/act.ts';

/** Water that runs. */
export interface Draw extends Span {
  readonly litresPerMinute: number;
  readonly isFlush: boolean;
}

/** What somebody leaves behind in the home: what its sensors could see. */
export interface Traces {
  /** When a motion sensor shows motion: its hold time is in it. */
  readonly motion: readonly Span[];
  readonly draws: readonly Draw[];
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
/** A motion sensor goes out when it saw nothing for so long. */
export const motionHoldMs = 60 * secondMs;

/** The traces of a row of acts, drawn in their order: what happens later changes nothing of what was before. */
export function tracesOf(acts: readonly Act[], chance: Chance): Traces {
  const motion: Span[] = [];
  const draws: Draw[] = [];
  for (const act of acts) {
    motion.push(...motionOf(act, chance));
    draws.push(...drawsOf(act, chance));
  }
  return { motion: joined(motion), draws };
}

/** Without what happened in these spans. */
export const tracesWithout = ({ motion, draws }: Traces, holes: readonly Span[]): Traces => ({
  motion: motion.flatMap((span) => without(span, holes)),
  draws: draws.flatMap((draw) => without(draw, holes)),
});

function* motionOf(act: Act, chance: Chance): Generator<Span> {
  const { from, to, doing } = act;
  if (doing === 'out' || doing === 'lying') return;
  if (doing === 'asleep' || doing === 'siesta') return;
  if (isBusyDoing(doing)) {
    yield { from, to: to + motionHoldMs };
    return;
  }
  // On the sofa or at the table: now and then a movement.
  let at = from + chance.between(2, 10) * secondMs;
  while (at < to) {
    yield { from: Math.round(at), to: Math.round(at + motionHoldMs + chance.between(0, 20) * secondMs) };
    at += chance.between(2.5, doing === 'eating' ? 6 : 14) * minuteMs;
  }
}

function* drawsOf({ from, to, doing }: Act, chance: Chance): Generator<Draw> {
  const run = (at: number, seconds: number, litresPerMinute: number, isFlush = false): Draw => ({
    from: Math.round(at),
    to: Math.round(Math.min(to, at + seconds * secondMs)),
    litresPerMinute: Math.round(litresPerMinute * 10) / 10,
    isFlush,
  });
  switch (doing) {
    case 'toilet':
      yield run(to - 100 * secondMs, chance.between(38, 50), chance.between(6.5, 8), true);
      yield run(to - 40 * secondMs, chance.between(8, 20), chance.between(3, 5));
      return;
    case 'washing':
      yield* several(chance.whole(2, 4), { from: from + 30 * secondMs, to }, (at) =>
        run(at, chance.between(20, 50), chance.between(3, 5)),
      );
      return;
    case 'cooking':
      yield* several(chance.whole(3, 5), { from: from + minuteMs, to }, (at) =>
        run(at, chance.between(12, 45), chance.between(3, 6)),
      );
      return;
    case 'eating':
      yield run(to - 4 * minuteMs, chance.between(80, 200), chance.between(4, 6));
      return;
    case 'shower':
      yield run(from + minuteMs, chance.between(240, 420), chance.between(7, 9));
      return;
    case 'chores':
      if (chance.happens(0.35)) yield run(from + minuteMs, chance.between(60, 240), chance.between(4, 8));
      return;
    case 'asleep':
    case 'siesta':
    case 'tv':
    case 'resting':
    case 'out':
    case 'lying':
      return;
  }
}

/** Evenly apart, so that one is over before the next. */
function* several(
  count: number,
  { from, to }: { readonly from: number; readonly to: number },
  run: (at: number) => Draw,
): Generator<Draw> {
  const step = (to - from) / (count + 1);
  for (let index = 0; index < count; index++) {
    const at = from + index * step;
    const draw = run(at);
    yield { ...draw, to: Math.min(draw.to, Math.round(at + 0.9 * step)) };
  }
}
