import type { LocationQueryRaw } from 'vue-router';

interface Named {
  readonly id?: string;
  readonly gateway?: string | undefined;
  readonly address?: string | undefined;
}

/**
 * What the address of the claiming page says of a device: as its gateway has it, whether it has spoken yet or not; one without a
 * gateway by its id.
 */
export const claimQuery = ({ address, gateway, id }: Named): LocationQueryRaw =>
  gateway !== undefined && address !== undefined ? { gateway, address } : { id };

/** The whole address, as a label has it; `origin`: how phones reach the platform. */
export function claimLink(origin: string, named: Named): string {
  const query = new URLSearchParams(
    Object.entries(claimQuery(named)).map(([name, value]) => [name, String(value)]),
  );
  return `${origin.replace(/\/+$/, '')}/claim?${query}`;
}
