import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Frees at once what nothing refers to any more, so that a test can tell what is kept. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
