import type { FlowsConfig } from '#app/config/flows-settings.ts';
import type { Core } from '#app/core.ts';
import type { ApiToken } from '#model/command.ts';
import type { Actor } from '#model/record.ts';
import { hashSecret, newSecret } from '#model/secrets.ts';

const itself: Actor = { kind: 'system', id: 'system' };

/** What flows are called in lists, in the audit and by who raised an alarm. */
export const flowsTokenId = 'flows';

type TokenCore = Pick<Core, 'execute' | 'reader'>;

/** A new API token for flows; the one before ends. Its secret is in memory alone. */
export async function issueToken(core: TokenCore, { places, role }: FlowsConfig): Promise<string> {
  const token = newSecret();
  const body: ApiToken = {
    id: flowsTokenId,
    name: flowsTokenId,
    role,
    places,
    tokenHash: hashSecret(token),
  };
  await core.execute(itself, {
    name: 'change',
    expect: 'any',
    changes: [{ op: 'put', resource: 'api-token', id: body.id, body }],
    reason: 'flows start',
  });
  return token;
}

/** Ends it, where there is one. */
export async function revokeToken(core: TokenCore): Promise<void> {
  if (!core.reader.apiTokens().some(({ id }) => id === flowsTokenId)) return;
  await core.execute(itself, {
    name: 'change',
    expect: 'any',
    changes: [{ op: 'delete', resource: 'api-token', id: flowsTokenId }],
    reason: 'flows stop',
  });
}
