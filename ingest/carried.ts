import type {
  About,
  Draft,
  GivenTime,
  MomentMore,
  RefusedPart,
  SaidMore,
  SaidReply,
} from '#ingest/dialects/dialect.ts';
import { wordAsBoolean } from '#ingest/dialects/words.ts';
import type { QuarantineReason } from '#model/quarantine.ts';

type Saying =
  | { readonly what: 'moment'; readonly given: GivenTime; readonly more: MomentMore | undefined }
  | {
      readonly what: 'value';
      readonly moment: number;
      readonly key: string;
      readonly value: unknown;
      readonly more: SaidMore | undefined;
    };

/** What a message says of a device that its sender carries, until it is known which of ours that is. */
export class Carried implements Draft {
  readonly address: string;
  /** What could not be read of it: whose it is then, nobody can tell. */
  readonly refused: RefusedPart[] = [];
  readonly replies: SaidReply[] = [];
  readonly #sayings: Saying[] = [];
  #about: About;
  #moments = 0;
  #number: string | undefined;
  #isOnline: boolean | undefined;

  constructor(address: string, about: About = {}) {
    this.address = address;
    this.#about = about;
  }

  get told(): About {
    return this.#about;
  }

  /** What it said of being there; undefined: nothing. */
  get isOnline(): boolean | undefined {
    return this.#isOnline;
  }

  /** Whether it said anything beside being there. */
  get hasSaid(): boolean {
    return this.#sayings.some((saying) => saying.what === 'value' && saying.more?.onlyOf === undefined);
  }

  get keys(): readonly string[] {
    return this.#sayings.flatMap((saying) => (saying.what === 'value' ? [saying.key] : []));
  }

  /** Whether it says yes to any of the keys that are such. */
  saysYes(isSuch: (key: string) => boolean): boolean {
    return this.#sayings.some(
      (saying) =>
        saying.what === 'value' &&
        saying.more?.onlyOf === undefined &&
        (saying.value === true ||
          (typeof saying.value === 'string' && wordAsBoolean(saying.value) === true)) &&
        isSuch(saying.key),
    );
  }

  about(more: About = {}): void {
    this.#about = { ...this.#about, ...more };
  }

  moment(given: GivenTime, more?: MomentMore): number {
    this.#sayings.push({ what: 'moment', given, more });
    return this.#moments++;
  }

  say(moment: number, key: string, value: unknown, more?: SaidMore): void {
    if (value === null || value === undefined) return;
    this.#sayings.push({ what: 'value', moment, key, value, more });
  }

  once(number: string): void {
    this.#number = number;
  }

  reply(said: SaidReply): void {
    this.replies.push(said);
  }

  online(isOnline: boolean): void {
    this.#isOnline = isOnline;
  }

  refusePart(reason: QuarantineReason, property: string | null, detail: string, part: unknown): void {
    this.refused.push({ reason, property, detail, part });
  }

  /** Says all of it again, in its order. */
  tell(draft: Draft): void {
    for (const saying of this.#sayings) {
      if (saying.what === 'moment') draft.moment(saying.given, saying.more);
      else draft.say(saying.moment, saying.key, saying.value, saying.more);
    }
    if (this.#isOnline !== undefined) draft.online(this.#isOnline);
    if (this.#number !== undefined) draft.once(this.#number);
  }
}
