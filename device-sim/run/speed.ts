import type { ClockKind } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

/** `max`: as fast as the platform acknowledges; else so many times as fast as time. */
export type Speed = 'max' | { readonly faster: number };

/**
 * `real`, `max` or a number; absent: what the clock is for.
 * @throws GridbellError `invalid-input`, with the reason where the clock does not allow it.
 */
export function speedOn(clock: ClockKind, text?: string): Speed {
  const speed = text === undefined ? (clock === 'data' ? 'max' : { faster: 1 }) : parseSpeed(text);
  if (clock === 'system' && (speed === 'max' || speed.faster !== 1))
    throw new GridbellError(
      'wrong-clock',
      `the platform runs on the system clock, where a minute takes a minute for rules and tasks: --speed ${text} would give messages the time of tomorrow; start it with --clock data for that, or leave --speed away`,
    );
  return speed;
}

function parseSpeed(text: string): Speed {
  if (text === 'max') return 'max';
  const faster = text === 'real' ? 1 : Number(text);
  if (!(faster > 0 && Number.isFinite(faster)))
    throw new GridbellError('invalid-input', `--speed is real, max or a number such as 60, not "${text}"`);
  return { faster };
}
