import { rowOf } from '#device-sim/chance/chance.ts';
import { shellOf } from '#device-sim/devices/detectors.ts';
import type { Post } from '#device-sim/devices/post.ts';
import type { DeviceModel } from '#device-sim/devices/report.ts';
import { bustle } from '#device-sim/signals/bustle.ts';
import { clamped, rounded } from '#device-sim/signals/drift.ts';
import { IndoorAir } from '#device-sim/signals/indoor-air.ts';

const sheltered = /garage|basement|bike|shed|车库|车棚|地下/i;

/** In the garden a weather station, elsewhere an air monitor. */
export function environment(post: Post): DeviceModel {
  const { fleet } = post.scene;
  const place = fleet.place(post.device.place);
  const isOutdoors = place?.kind === 'grid' || (place?.kind === 'area' && !sheltered.test(place.id));
  return isOutdoors ? weatherStation(post) : airMonitor(post);
}

function weatherStation(post: Post): DeviceModel {
  const { sky, calendar } = post.scene;
  const row = rowOf('station', post.name);
  return post.regular((at) => {
    const weather = sky.at(at);
    const isDay = bustle(calendar.hourOf(at));
    return {
      temperature: rounded(weather.temperature + 0.1 * (row(at) - 0.5), 0.1),
      humidity: rounded(weather.humidity, 0.1),
      pressure: rounded(weather.pressure, 0.1),
      illuminance: rounded(weather.illuminance, 1),
      'wind-speed': rounded(weather.wind, 0.1),
      rainfall: rounded(weather.rain, 0.1),
      'pm2-5': rounded(weather.dust, 1),
      noise: rounded(36 + 18 * isDay + 6 * row(at ^ 1), 0.1),
      rssi: post.radio.rssi(at),
    };
  });
}

function airMonitor(post: Post): DeviceModel {
  const { sky, calendar } = post.scene;
  const air = new IndoorAir(post.name, shellOf(post), sky);
  const row = rowOf('monitor', post.name);
  return post.regular((at) => ({
    temperature: rounded(air.temperature(at), 0.1),
    humidity: rounded(air.humidity(at), 0.1),
    co2: rounded(430 + 190 * bustle(calendar.hourOf(at)) + 40 * row(at), 1),
    'pm2-5': rounded(clamped(sky.at(at).dust * 0.8 + 6 * row(at ^ 1), 2, 150), 1),
    rssi: post.radio.rssi(at),
  }));
}

/** Sees the people and cars of the hour. */
export function camera(post: Post): DeviceModel {
  const row = rowOf('camera', post.name);
  return post.regular((at) => {
    const count = Math.floor(5 * bustle(post.scene.calendar.hourOf(at)) * row(at) ** 2 * 1.8);
    return {
      'object-count': count,
      ...(count > 0 && { 'object-class': row(at ^ 1) < 0.85 ? 'person' : 'car' }),
      motion: count > 0,
    };
  });
}

/** Cars pass; nobody parks. */
export function fireLaneCamera(post: Post): DeviceModel {
  const row = rowOf('lane', post.name);
  return post.regular((at) => ({
    'lane-blocked': false,
    'object-count': row(at) < 0.12 * bustle(post.scene.calendar.hourOf(at)) ? 1 : 0,
  }));
}
