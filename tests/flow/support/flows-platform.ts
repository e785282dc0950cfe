import type { FlowNode } from '#bench/flows/abuses.ts';
import { ApiClient, until } from './api-client.ts';
import { RunningPlatform } from './running-platform.ts';

export interface FlowsView {
  readonly state: string;
  readonly memoryBytes: number | null;
  readonly cpuMs: number | null;
  readonly pulseMs: number | null;
  readonly crashesInARow: number;
  readonly crashes: Readonly<Record<string, number>>;
  readonly lastEnd: { readonly reason: string; readonly detail: string } | null;
  readonly complaints: readonly { readonly level: string; readonly text: string }[];
}

/** Longer than any test. */
export const never = 6 * 3_600_000;
/** Where flows are not to hang: a machine that lets them compute late, or slowly, must not look as if they did. */
export const patient = { hungAfterMs: never, startWithinMs: never } as const;

export const startWithFlows = (
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningPlatform> => RunningPlatform.start({ dataDir, flowsTimings: patient, env });

export const flowsOf = async (client: ApiClient): Promise<FlowsView> =>
  (await client.get<FlowsView>('/api/v1/flows')).body;

export const untilFlows = (client: ApiClient, holds: (flows: FlowsView) => boolean): Promise<FlowsView> =>
  until(() => flowsOf(client), holds);

/** As the editor deploys. The answer does not wait for the new flows: they start after it. */
export async function deploy(client: ApiClient, nodes: readonly FlowNode[]): Promise<void> {
  const answer = await client.post<unknown>('/flows/flows', nodes);
  if (answer.status !== 204) throw new Error(`deploy: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** As the editor presses the button of an inject node; resolves when the node is there and was pressed. */
export async function press(client: ApiClient, node: string): Promise<void> {
  const { body, status } = await until(
    () => client.post<unknown>(`/flows/inject/${node}`, {}),
    (answer) => answer.status !== 404,
  );
  if (status !== 200) throw new Error(`inject ${node}: ${status} ${JSON.stringify(body)}`);
}

/** Gridbell, whose own flows run, and its admin. Who starts it ends it. */
export async function startWithRunningFlows(
  dataDir: string,
): Promise<{ readonly admin: ApiClient; readonly platform: RunningPlatform }> {
  await using stack = new AsyncDisposableStack();
  const platform = stack.use(await startWithFlows(dataDir));
  const admin = await ApiClient.signIn(platform);
  await untilFlows(admin, ({ state }) => state === 'running');
  stack.move();
  return { admin, platform };
}
