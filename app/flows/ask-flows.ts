import { request } from 'node:http';
import { editorRoot, startSecretHeader } from '#app/flows/child/orders.ts';

const withinMs = 30_000;

/** Deploys by Node-RED's own admin API; resolves with the status that it answers. */
export function askFlows(
  { secret, socketPath }: { readonly socketPath: string; readonly secret: string },
  body: object,
): Promise<number> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request({
      socketPath,
      method: 'POST',
      path: `${editorRoot}flows`,
      signal: AbortSignal.timeout(withinMs),
      headers: {
        [startSecretHeader]: secret,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'node-red-api-version': 'v2',
        'node-red-deployment-type': 'full',
      },
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 500));
      response.on('error', reject);
    });
    asked.end(text);
  });
}
