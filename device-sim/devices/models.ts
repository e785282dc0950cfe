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
import type { Post } from '#device-sim/devices/post.ts';
import type { DeviceModel } from '#device-sim/devices/report.ts';
import { camera, environment, fireLaneCamera } from '#device-sim/devices/surroundings.ts';

const models: Readonly<Record<string, (post: Post) => DeviceModel>> = {
  'smoke-detector': smokeDetector,
  'heat-detector': heatDetector,
  'co-detector': coDetector,
  'gas-detector': gasDetector,
  'water-leak': leakSensor,
  'sos-button': sosButton,
  siren,
  gateway,
  environment,
  camera,
  'fire-lane-camera': fireLaneCamera,
};

/** What a device measures; of a kind that nobody knows, that it lives. */
export const modelOf = (post: Post): DeviceModel =>
  (models[post.device.kind] ?? ((unknown) => unknown.regular((at) => unknown.health(at))))(post);
