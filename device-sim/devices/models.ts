import {
  coDetector,
  gasDetector,
  gateway,
  heatDetector,
  leakSensor,
  siren,
  smokeDetector,
  sosButton,
} from '#device-sim/devices/detectors.ts';
import { accessReader, door } from '#device-sim/devices/doors.ts';
import { bedSensor, fallRadar, motionSensor } from '#device-sim/devices/home-sensors.ts';
import { lift } from '#device-sim/devices/lift.ts';
import type { Post } from '#device-sim/devices/post.ts';
import type { DeviceModel } from '#device-sim/devices/report.ts';
import { camera, environment, fireLaneCamera } from '#device-sim/devices/surroundings.ts';
import { waterMeter } from '#device-sim/devices/water-meter.ts';
import { wearable } from '#device-sim/devices/wearable.ts';

const models: Readonly<Record<string, (post: Post) => DeviceModel>> = {
  'smoke-detector': smokeDetector,
  'heat-detector': heatDetector,
  'co-detector': coDetector,
  'gas-detector': gasDetector,
  'water-leak': leakSensor,
  'sos-button': sosButton,
  motion: motionSensor,
  'bed-sensor': bedSensor,
  'fall-radar': fallRadar,
  'water-meter': waterMeter,
  wearable,
  door,
  'access-reader': accessReader,
  lift,
  siren,
  gateway,
  environment,
  camera,
  'fire-lane-camera': fireLaneCamera,
};

/** What a device measures; of a kind that nobody knows, that it lives. */
export const modelOf = (post: Post): DeviceModel =>
  (models[post.device.kind] ?? ((unknown) => unknown.regular((at) => unknown.health(at))))(post);
