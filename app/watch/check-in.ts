import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { HttpAnswer, HttpRequest } from '#notify/channel-tools.ts';

export interface CheckInParts {
  /** Of a service outside that misses it when it does not come; may hold a secret, so it is never shown. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly request: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly log: Log;
}

/** A check-in that takes longer is given up: the next one is on its way. */
const withinMs = 10_000;

/**
 * Tells a service outside that Gridbell works. What is not ready says nothing: then the service raises the alarm, also when
 * machine, network or power are gone.
 */
export class CheckIn {
  readonly #parts: CheckInParts;
  #isUnderWay = false;
  #failed = false;

  constructor(parts: CheckInParts) {
    this.#parts = parts;
  }

  /** One check-in, where Gridbell is ready. Resolves with whether it arrived; never rejects. */
  async send(isReady: boolean): Promise<boolean> {
    if (!isReady || this.#isUnderWay) return false;
    const { method, request, url } = this.#parts;
    this.#isUnderWay = true;
    try {
      const body = method === 'POST' ? { body: '' } : {};
      const { status } = await request({ url, method, headers: {}, ...body }, AbortSignal.timeout(withinMs));
      if (status < 200 || status >= 300) throw new Error(`answered ${status}`);
      this.#say(true, null);
      return true;
    } catch (error) {
      this.#say(false, messageOf(error));
      return false;
    } finally {
      this.#isUnderWay = false;
    }
  }

  /** Once when it begins to fail, and once when it works again. */
  #say(arrived: boolean, because: string | null): void {
    const { log } = this.#parts;
    if (arrived && this.#failed) log.info({}, 'check-ins arrive again');
    if (!arrived && !this.#failed)
      log.warn({ because }, 'a check-in did not arrive: whoever watches from outside will raise an alarm');
    this.#failed = !arrived;
  }
}
