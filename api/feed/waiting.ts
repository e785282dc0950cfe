import type { ServerResponse } from 'node:http';
import { GridbellError } from '#model/errors.ts';

/** Requests of one caller, and of all, that may wait at a time. */
const mostOfOne = 8;
const mostOfAll = 200;

/** Requests that wait for something to happen: each is woken, or its time is over, or nobody waits for it any more. */
export class Waiting {
  readonly #open = new Map<string, number>();
  readonly #wakers = new Set<() => void>();
  #count = 0;
  #isOver = false;

  /** Throws `too-many-requests`. */
  enter(caller: string): Disposable {
    const own = this.#open.get(caller) ?? 0;
    if (own >= mostOfOne || this.#count >= mostOfAll)
      throw new GridbellError(
        'too-many-requests',
        `${mostOfOne} requests of one caller may wait here at a time, ${mostOfAll} of all.`,
      );
    this.#open.set(caller, own + 1);
    this.#count += 1;
    return { [Symbol.dispose]: () => this.#leave(caller) };
  }

  #leave(caller: string): void {
    const left = (this.#open.get(caller) ?? 1) - 1;
    if (left === 0) this.#open.delete(caller);
    else this.#open.set(caller, left);
    this.#count -= 1;
  }

  /** The platform stops: nobody waits any more. */
  end(): void {
    this.#isOver = true;
    for (const wake of this.#wakers) wake();
  }

  /**
   * A bell for one request, rung by whatever `listen` tells; `rings` resolves at once when it rang since it was asked last, and false
   * when the time is over, the caller is gone, or the platform stops.
   */
  bell(
    listen: (ring: () => void) => () => void,
    { ms, response }: { readonly ms: number; readonly response: ServerResponse },
  ): Disposable & { rings(): Promise<boolean> } {
    let rang = false;
    let isOver = this.#isOver;
    let wake: () => void = () => undefined;
    const ring = (): void => {
      rang = true;
      wake();
    };
    const end = (): void => {
      isOver = true;
      wake();
    };
    const stop = listen(ring);
    this.#wakers.add(end);
    response.on('close', end);
    const timer = setTimeout(end, ms);
    return {
      rings: async () => {
        if (!rang && !isOver) await new Promise<void>((resolve) => (wake = resolve));
        const did = rang && !isOver;
        rang = false;
        return did;
      },
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        stop();
        this.#wakers.delete(end);
        response.off('close', end);
      },
    };
  }
}
