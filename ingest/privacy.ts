import { createHmac } from 'node:crypto';
import type { Stage } from '#ingest/stage.ts';

/** Long enough that no two cards of a community meet: 132 bits. */
const pseudonymCharacters = 22;

/** Before anything is kept: what a card, code or badge says becomes a pseudonym of this community. */
export const withoutPersons: Stage = (work, around) => {
  for (const said of work.said) {
    if (said.property !== 'credential' || said.refusal !== undefined) continue;
    said.isSecret = true;
    const { given } = said;
    if (typeof given === 'string' || (typeof given === 'number' && Number.isFinite(given)))
      said.value = pseudonym(
        String(given).trim(),
        around.configuration.communityId ?? '',
        around.pseudonymKey,
      );
  }
  return true;
};

/** The same credential of the same community always gets the same one; without the key nobody finds the way back. */
export function pseudonym(credential: string, community: string, key: Uint8Array): string {
  const hash = createHmac('sha256', key)
    .update(community)
    .update('\0')
    .update(credential)
    .digest('base64url');
  return `p-${hash.slice(0, pseudonymCharacters)}`;
}
