import { type FaultName, faultNames, faults } from '#device-sim/faults/registry.ts';
import { GridbellError } from '#model/errors.ts';

/** One fault as it was asked for. */
export interface FaultOrder {
  readonly name: FaultName;
  readonly rate: number;
  /** Ids and kinds of devices; empty: all. */
  readonly devices: readonly string[];
}

/**
 * Reads `NAME[=RATE][@DEVICE,KIND,…]`: `loss`, `loss=0.1`, `garbage=0.5@smoke-detector,watch-0502`.
 * @throws GridbellError `invalid-input` that names what may stand there.
 */
export function parseFault(text: string): FaultOrder {
  const [, name = '', rate, devices] = /^([^=@]*)(?:=([^@]*))?(?:@(.*))?$/.exec(text) ?? [];
  if (!isFaultName(name))
    throw new GridbellError(
      'invalid-input',
      `there is no fault "${name}"; there are ${faultNames.join(', ')}`,
    );
  const { defaultRate, rateOf } = faults[name];
  const wanted = rate === undefined ? defaultRate : Number(rate);
  const most = rateOf === 'times an hour' ? 3_600 : 1;
  if (rate === '' || !(wanted > 0 && wanted <= most))
    throw new GridbellError(
      'invalid-input',
      `the rate of ${name} is a number above 0 and at most ${most} (${rateOf}), not "${rate}"`,
    );
  return { name, rate: wanted, devices: devices?.split(',').filter((word) => word !== '') ?? [] };
}

const isFaultName = (name: string): name is FaultName => faultNames.some((known) => known === name);
