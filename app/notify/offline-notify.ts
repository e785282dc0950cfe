import type { ApiNotify } from '#api/notify-port.ts';
import { GridbellError } from '#model/errors.ts';

const nothing = (): GridbellError =>
  new GridbellError('not-found', 'Nobody is notified by this process: ask the platform that runs.');

/** What stands in the notifier's place where none runs: nobody is told, and nothing was. */
export const offlineNotify: ApiNotify = {
  vapidPublicKey: '',
  outside: false,
  channels: () => [],
  test: () => Promise.reject(nothing()),
  outbox: () => [],
  replay: () => 0,
  listen: () => () => undefined,
  putPushSubscription: () => undefined,
  deletePushSubscription: () => false,
  seen: () => undefined,
  proofsOf: () => [],
  link: () => {
    throw nothing();
  },
  useLink: () => Promise.reject(nothing()),
};
