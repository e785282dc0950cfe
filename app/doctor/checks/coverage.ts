import { unrouted } from '#api/unrouted.ts';
import { advice, type Check, fine } from '#app/doctor/finding.ts';

const mostNamed = 5;

/** That a task would find somebody now, wherever a rule watches a device. */
export const coverage: Check = {
  name: 'coverage',
  examine: ({ now, ops }) => {
    if (!ops?.ok) return [];
    const { reader } = ops.value;
    const configuration = reader.configuration();
    const devices = [...configuration.devices()];
    if (devices.length === 0) return [];
    const found = unrouted({
      devices,
      configuration,
      rules: reader.all('rule').map(({ body }) => body),
      now,
    });
    if (found.length === 0)
      return [fine(`${devices.length} devices: a task of each rule would find somebody`)];
    const named = found.slice(0, mostNamed).map(({ place, rule }) => `${rule} at ${place}`);
    return [
      advice(
        `tasks would find nobody: ${named.join(', ')}${found.length > mostNamed ? ` and ${found.length - mostNamed} more` : ''}`,
        'give these places people of the wanted role, or a roster; GET /api/v1/coverage shows all',
      ),
    ];
  },
};
