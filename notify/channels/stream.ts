import { Type } from 'typebox';
import type { PersonId } from '#model/brand.ts';
import type { ChannelType, Dispatch } from '#notify/channel.ts';

/** A page that is open and wants to hear of notices; false: it did not take this one. */
export type NoticeListener = (dispatch: Dispatch) => boolean;

/** The pages that people have open, by person; the API's streams come and go here. */
export class NoticeStreams {
  readonly #listeners = new Map<PersonId, Set<NoticeListener>>();

  /** Answers with how to stop it. */
  listen(person: PersonId, listener: NoticeListener): () => void {
    const set = this.#listeners.get(person) ?? new Set();
    this.#listeners.set(person, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#listeners.get(person) === set) this.#listeners.delete(person);
    };
  }
  has(person: PersonId): boolean {
    return this.#listeners.has(person);
  }
  /** True when at least one page took it. */
  tell(dispatch: Dispatch): boolean {
    const listeners = this.#listeners.get(dispatch.recipient.person) ?? [];
    return [...listeners].map((listener) => listener(dispatch)).includes(true);
  }
}

const settings = Type.Object({}, { additionalProperties: false });

/** Notices on the live stream of whoever has a page open: nothing leaves the machine. */
export const streamChannel = (streams: NoticeStreams): ChannelType<typeof settings> => ({
  kind: 'stream',
  settings,
  secrets: [],
  open: () => ({
    reach: ({ person }) =>
      streams.has(person) ? { reaches: true } : { reaches: false, why: 'not-signed-in' },
    // Written to a page is not seen: the proof comes from what the page shows.
    send: (dispatch) =>
      Promise.resolve(
        streams.tell(dispatch)
          ? { outcome: 'sent' }
          : { outcome: 'refused', because: 'the page was closed meanwhile' },
      ),
    close: () => Promise.resolve(),
  }),
});
