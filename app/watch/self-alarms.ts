import type { BothWords, Fault } from '#app/watch/faults.ts';
import type { PersonId } from '#model/brand.ts';
import type { Log } from '#model/log.ts';

/** How a person is told, past engine and inbox: these may be what stands still. Resolves with whether it got through. */
export type TellNow = (
  person: PersonId,
  message: { readonly title: BothWords; readonly body: BothWords },
) => Promise<boolean>;

export interface SelfAlarmsParts {
  /** Who looks after the platform: persons of role admin and property-manager. */
  readonly people: () => readonly PersonId[];
  readonly tell: TellNow;
  readonly log: Log;
}

/** After a message that reached nobody. */
const againMs = 15_000;
/** What is gone for a moment, because it is just tried again, is not over. */
const settledMs = 15_000;
/** What stays broken is said again, to whoever came on duty since. */
const remindMs = 60 * 60_000;

interface Standing {
  readonly fault: Fault;
  readonly sinceMs: number;
  /** When it was seen last. */
  readonly seenMs: number;
  toldMs: number | null;
  triedMs: number | null;
  readonly reached: Set<PersonId>;
}

/** Tells people what is wrong with Gridbell itself: each fault once an hour while it stands, and when it is over. */
export class SelfAlarms {
  readonly #parts: SelfAlarmsParts;
  readonly #standing = new Map<string, Standing>();

  constructor(parts: SelfAlarmsParts) {
    this.#parts = parts;
  }

  /** Takes over what is wrong at `nowMs` (monotonic) and resolves when all who have to hear of it were tried. */
  async take(faults: readonly Fault[], nowMs: number): Promise<void> {
    const over = [...this.#standing.values()].filter(
      ({ seenMs, fault }) => nowMs - seenMs >= settledMs && !faults.some(({ code }) => code === fault.code),
    );
    for (const { fault } of over) this.#standing.delete(fault.code);
    for (const fault of faults) {
      const known = this.#standing.get(fault.code);
      const fresh = { sinceMs: nowMs, toldMs: null, triedMs: null, reached: new Set<PersonId>() };
      this.#standing.set(fault.code, { ...(known ?? fresh), fault, seenMs: nowMs });
    }
    const due = [...this.#standing.values()].filter((standing) => isDue(standing, nowMs));
    await Promise.all([
      ...due.map((standing) => this.#raise(standing, nowMs)),
      ...over.filter(({ reached }) => reached.size > 0).map((standing) => this.#end(standing)),
    ]);
  }

  async #raise(standing: Standing, nowMs: number): Promise<void> {
    const { log, people, tell } = this.#parts;
    const { detail, remedy, title } = standing.fault;
    if (standing.triedMs === null)
      log.error({ fault: standing.fault.code, detail }, `${title.en}. ${remedy.en}`);
    standing.triedMs = nowMs;
    const body = { zh: `${remedy.zh}\n${detail}`, en: `${remedy.en}\n${detail}` };
    const told = await Promise.all(
      people().map(async (person) => {
        if (!(await tell(person, { title: prefixed(title), body }))) return false;
        standing.reached.add(person);
        return true;
      }),
    );
    if (told.includes(true)) standing.toldMs = nowMs;
  }

  async #end({ fault, reached }: Standing): Promise<void> {
    this.#parts.log.info({ fault: fault.code }, `over: ${fault.title.en}`);
    const title = { zh: `已恢复：${fault.title.zh}`, en: `Over: ${fault.title.en}` };
    const body = { zh: '', en: '' };
    await Promise.all([...reached].map((person) => this.#parts.tell(person, { title, body })));
  }
}

const prefixed = ({ en, zh }: BothWords): BothWords => ({
  zh: `网格铃自身故障：${zh}`,
  en: `Gridbell itself: ${en}`,
});

function isDue({ fault, seenMs, sinceMs, toldMs, triedMs }: Standing, nowMs: number): boolean {
  if (seenMs !== nowMs || nowMs - sinceMs < fault.afterMs) return false;
  if (toldMs !== null) return nowMs - toldMs >= remindMs;
  return triedMs === null || nowMs - triedMs >= againMs;
}
