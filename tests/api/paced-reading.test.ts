import { describe, expect, it } from 'vitest';
import { PacedReading } from '#api/paced-reading.ts';

const readTakesMs = 10;

/** Time that passes by reading and waiting alone. */
function reading() {
  const state = { nowMs: 0, version: 1, reads: 0, changesMeanwhile: false };
  const waits: { readonly untilMs: number; readonly resolve: () => void }[] = [];
  const paced = new PacedReading({
    version: () => state.version,
    read: () => {
      state.nowMs += readTakesMs;
      state.reads += 1;
      const value = `version ${state.version}`;
      if (state.changesMeanwhile) state.version += 1;
      return value;
    },
    elapsed: () => state.nowMs,
    wait: (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waits.push({ untilMs: state.nowMs + ms, resolve });
      return promise;
    },
  });
  const pass = (ms: number): void => {
    state.nowMs += ms;
    for (const { resolve, untilMs } of waits) if (untilMs <= state.nowMs) resolve();
  };
  return { paced, state, waits, pass };
}

describe('what is read at a pace', () => {
  it('is kept until it has changed', async () => {
    const { paced, state } = reading();
    expect(await paced.current()).toBe('version 1');
    expect(await paced.current()).toBe('version 1');
    expect(state.reads).toBe(1);
    state.nowMs += 1_000;
    state.version = 2;
    expect(await paced.current()).toBe('version 2');
    expect(state.reads).toBe(2);
  });

  it('is waited for while it rests, once for all who ask, and is never older than the question', async () => {
    const { paced, pass, state, waits } = reading();
    await paced.current();
    state.version = 2;
    const asked = Array.from({ length: 50 }, () => paced.current());
    state.version = 3;
    expect(waits.map(({ untilMs }) => untilMs)).toEqual(Array.from({ length: 50 }, () => 100));
    pass(90);
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['version 3']));
    expect(state.reads).toBe(2);
  });

  it('goes to all who waited although it changed again meanwhile', async () => {
    const { paced, pass, state } = reading();
    await paced.current();
    state.version = 2;
    state.changesMeanwhile = true;
    const asked = [paced.current(), paced.current()];
    pass(90);
    expect(await Promise.all(asked)).toEqual(['version 2', 'version 2']);
    expect(state.reads).toBe(2);
  });
});
