import type { Caller } from '#api/caller.ts';
import type { ApiFlows } from '#api/flows-port.ts';
import { GridbellError } from '#model/errors.ts';

/** Whether it is flows who ask, whatever role their token has. */
export const areThemselves = ({ actor }: Caller, { tokenId }: Pick<ApiFlows, 'tokenId'>): boolean =>
  actor.kind === 'token' && actor.id === tokenId;

export const refusedToThemselves = (): GridbellError =>
  new GridbellError('not-allowed', 'Flows may not change themselves.');
