import { type DurationMs, durationMs, type EpochMs, minute, plus, second } from '#model/brand.ts';

/** How a channel is doing: after too many failures in a row it is left alone for a while, then tried with one message. */
export interface Circuit {
  /** Failures since the last success. */
  readonly failures: number;
  /** Until when nobody tries; null: it is closed, all is well. */
  readonly openUntil: EpochMs | null;
  /** How long it was left alone the last time. */
  readonly restMs: DurationMs;
}

const enoughFailures = 5;
const firstRest = durationMs(30 * second);
const longestRest = durationMs(5 * minute);

export const closedCircuit: Circuit = { failures: 0, openUntil: null, restMs: durationMs(0) };

/** `closed`: anybody may try; `open`: only what is a matter of life, one at a time; `half-open`: one may, to see whether it is well again. */
export function stateOf(circuit: Circuit, now: EpochMs): 'closed' | 'open' | 'half-open' {
  if (circuit.openUntil === null) return 'closed';
  return now < circuit.openUntil ? 'open' : 'half-open';
}

/** After a try. A refusal is an answer: the channel works. */
export function afterTry(circuit: Circuit, answered: boolean, now: EpochMs): Circuit {
  if (answered) return closedCircuit;
  const failures = circuit.failures + 1;
  // What is a matter of life tries also meanwhile: the others wait no longer for that.
  const rests = stateOf(circuit, now) === 'open';
  if (rests || failures < enoughFailures) return { ...circuit, failures };
  const restMs = durationMs(Math.min(Math.max(circuit.restMs * 2, firstRest), longestRest));
  return { failures, openUntil: plus(now, restMs), restMs };
}
