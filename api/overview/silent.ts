import { Type } from 'typebox';
import { healthReasons, healthStates } from '#api/device-health/judge.ts';
import type { FleetMember } from '#api/overview/board.ts';
import { countBy, mostNamed } from '#api/overview/counting.ts';
import { oneOf } from '#api/schemas.ts';

export const SilentSchema = Type.Object({
  devices: Type.Integer({ description: 'All of them' }),
  online: Type.Integer({ description: 'Connected, or said so' }),
  batteryLow: Type.Integer(),
  unprotected: Type.Integer({ description: 'Life-safety devices that protect nobody now, as in /coverage' }),
  byState: Type.Record(Type.String(), Type.Integer(), {
    description: `How they are (${healthStates.join(', ')}); a state that none is in is left out`,
  }),
  worst: Type.Array(
    Type.Object({
      device: Type.String(),
      kind: Type.String(),
      place: Type.String(),
      state: oneOf(healthStates),
      reason: oneOf(healthReasons),
      isUnprotected: Type.Boolean({ description: 'It is there for life safety and protects nobody' }),
    }),
    { description: `Not well, life safety first; at most ${mostNamed}` },
  ),
});

/** `fleet`: the devices that the caller may see. */
export function silentView(fleet: readonly FleetMember[]) {
  const pressing = fleet.filter(({ health, isUnprotected }) => isUnprotected || health.state !== 'well');
  return {
    devices: fleet.length,
    online: fleet.filter(({ isOnline }) => isOnline).length,
    batteryLow: fleet.filter(({ isBatteryLow }) => isBatteryLow).length,
    unprotected: fleet.filter(({ isUnprotected }) => isUnprotected).length,
    byState: countBy(fleet, ({ health }) => health.state, healthStates),
    worst: pressing
      .toSorted(
        (a, b) =>
          Number(b.isUnprotected) - Number(a.isUnprotected) ||
          healthStates.indexOf(a.health.state) - healthStates.indexOf(b.health.state) ||
          (a.device.id < b.device.id ? -1 : 1),
      )
      .slice(0, mostNamed)
      .map(({ device, health, isUnprotected }) => ({
        device: device.id,
        kind: device.kind,
        place: device.place,
        state: health.state,
        reason: health.reason,
        isUnprotected,
      })),
  };
}
