import { type Static, Type } from 'typebox';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { Device } from '#model/community.ts';

const { address, gateway, model, serial } = Device.properties;
/** The newest that are kept: a thing that is replaced more often has another trouble. */
const mostFormer = 100;

/** Which thing does a device's work from now on. */
export const replacementFields = {
  by: Type.Optional(
    Type.Unsafe<Device['id']>({
      ...Device.properties.id,
      description: 'What its gateway brought and nobody has claimed; its own record goes',
    }),
  ),
  gateway,
  address,
  serial,
  model,
  token: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
};
const Replacement = Type.Object(replacementFields, { additionalProperties: false });
export type Replacement = Static<typeof Replacement>;

interface Thing {
  readonly gateway?: Device['gateway'];
  readonly address?: string | undefined;
  readonly serial?: string | undefined;
  readonly model?: string | undefined;
}

/** The device with another thing: what it is, where, and whose, stays; the old thing is written down. */
export function replacedDevice(
  device: Device,
  thing: Thing,
  {
    actor,
    now,
    reason,
  }: { readonly actor: string; readonly now: EpochMs; readonly reason: string | undefined },
): Device {
  const { former = [], ...rest } = device;
  const before = {
    until: iso(now),
    by: actor.slice(0, 200),
    ...(reason === undefined ? {} : { reason }),
    ...given({ serial: rest.serial, model: rest.model, gateway: rest.gateway, address: rest.address }),
  };
  const { address: _address, gateway: _gateway, model: _model, serial: _serial, ...stays } = rest;
  return { ...stays, ...given(thing), former: [...former, before].slice(-mostFormer) };
}

/** Without what is not said. */
function given({ address: there, gateway: carrier, model: make, serial: number }: Thing): Partial<Device> {
  return {
    ...(carrier === undefined ? {} : { gateway: carrier }),
    ...(there === undefined ? {} : { address: there }),
    ...(make === undefined ? {} : { model: make }),
    ...(number === undefined ? {} : { serial: number }),
  };
}
