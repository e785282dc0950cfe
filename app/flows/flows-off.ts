import type { ApiFlows, FlowsStanding } from '#api/flows-port.ts';
import type { FlowsConfig } from '#app/config/flows-settings.ts';
import { flowsTokenId } from '#app/flows/flows-token.ts';
import type { EpochMs } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

type Bounds = Pick<FlowsConfig, 'access' | 'isEnabled' | 'memoryBytes'>;

/** What the API shows where no flows run. */
export function flowsOff(config: Bounds): ApiFlows {
  const since = wallClock.now();
  const refuse = (): Promise<never> =>
    Promise.reject(
      new GridbellError(
        'wrong-state',
        config.isEnabled
          ? 'Flows do not run on the clock of the data, nor while Gridbell itself does not.'
          : 'Flows are off: set flows: { enabled: true } in gridbell.yaml and start Gridbell again.',
      ),
    );
  return {
    editor: null,
    tokenId: flowsTokenId,
    standing: () => ({ ...noFlows(config, since), state: 'off' }),
    versions: () => [],
    want: refuse,
    version: refuse,
    putBack: refuse,
    deployed: async () => undefined,
    touched: async () => undefined,
  };
}

/** Flows of which nothing is known but their bounds. */
export const noFlows = ({ access, memoryBytes }: Bounds, since: EpochMs): FlowsStanding => ({
  state: 'stopped',
  since,
  isConfined: access === 'confined',
  capBytes: memoryBytes,
  memoryBytes: null,
  cpuMs: null,
  pulseMs: null,
  flows: null,
  because: null,
  crashes: { crashed: 0, hung: 0, memory: 0, disk: 0, 'not-started': 0 },
  crashesInARow: 0,
  lastEnd: null,
  nextStartAt: null,
  complaints: [],
});
