import { type InjectionKey, inject, type Ref, readonly, ref, shallowRef } from 'vue';
import type { ApiClient } from '../api/client.ts';
import { answerOf, doneOf } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Role, WhoAmI } from '../api/types.ts';

export interface Session {
  /** Who is signed in; null: nobody, or not known yet. */
  readonly who: Readonly<Ref<WhoAmI | null>>;
  /** Nobody is signed in because the server ended the session, not because somebody left. */
  readonly hasEnded: Readonly<Ref<boolean>>;
  /** Asks the server whether the cookie of an earlier visit still stands. Throws what is no answer to that. */
  resume(): Promise<void>;
  signIn(username: string, password: string): Promise<void>;
  /** Throws what leaves the session as it was. */
  signOut(): Promise<void>;
  /** The server says that the session is over. */
  ended(): void;
  hasRole(...roles: readonly Role[]): boolean;
}

export const sessionKey: InjectionKey<Session> = Symbol('session');

/** Who uses this page. The secret is in a cookie that no script can read. */
export function createSession(api: () => ApiClient): Session {
  const who = shallowRef<WhoAmI | null>(null);
  const hasEnded = ref(false);
  let isLeaving = false;
  const isOver = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401;

  function ended(): void {
    // The stream may tell of a session that was left before the answer to leaving it is here.
    if (who.value !== null && !isLeaving) hasEnded.value = true;
    who.value = null;
  }

  return {
    who: readonly(who) as Readonly<Ref<WhoAmI | null>>,
    hasEnded: readonly(hasEnded),
    async resume() {
      try {
        who.value = await answerOf(api().GET('/api/v1/session'));
      } catch (error) {
        if (!isOver(error)) throw error;
        ended();
      }
    },
    async signIn(username, password) {
      who.value = await answerOf(api().POST('/api/v1/session', { body: { username, password } }));
      hasEnded.value = false;
    },
    async signOut() {
      isLeaving = true;
      try {
        await doneOf(api().DELETE('/api/v1/session'));
      } catch (error) {
        if (!isOver(error) && who.value !== null) throw error;
      } finally {
        isLeaving = false;
      }
      who.value = null;
    },
    ended,
    hasRole: (...roles) => who.value !== null && roles.includes(who.value.user.role),
  };
}

export function useSession(): Session {
  const session = inject(sessionKey);
  if (!session) throw new Error('no session was provided');
  return session;
}
