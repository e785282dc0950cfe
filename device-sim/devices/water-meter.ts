import { rowOf } from '#device-sim/chance/chance.ts';
import type { Post } from '#device-sim/devices/post.ts';
import type { Change, DeviceModel } from '#device-sim/devices/report.ts';
import type { Draw } from '#device-sim/people/traces.ts';
import { bustle } from '#device-sim/signals/bustle.ts';
import { rounded } from '#device-sim/signals/drift.ts';

const minuteMs = 60_000;

/** Counts what the people of its home use: the flow as it changes, the reading in whole litres. */
export function waterMeter(post: Post): DeviceModel {
  const { people } = post.scene;
  const home = people.home(post.device.place);
  if (home === undefined) return mainMeter(post);
  const installed = Math.floor(40_000 + 400_000 * rowOf('meter', post.name)(0));
  return (day) => {
    const flow = flowOf(people.homeDay(home, day).draws);
    const before = installed + people.litresBefore(home, day);
    const volume = (at: number): number => rounded((before + litresUntil(flow, at)) / 1_000, 0.001);
    const changes = flow.map(
      ({ at, litresPerMinute, isFlush }): Change => ({
        at,
        values: {
          'water-flow': rounded(litresPerMinute, 0.1),
          'water-volume': volume(at),
          'toilet-flush': isFlush,
        },
      }),
    );
    return post.stateful(
      day,
      { 'water-flow': 0, 'toilet-flush': false },
      {
        changes,
        also: (at) => ({ 'water-volume': volume(at), ...post.health(at) }),
      },
    );
  };
}

/** The meter of a whole house: no reading, since nobody counts all of its people. */
function mainMeter(post: Post): DeviceModel {
  const row = rowOf('main', post.name);
  const { calendar } = post.scene;
  return post.regular((at) => ({
    'water-flow': rounded(14 * bustle(calendar.hourOf(at)) * row(at), 0.1),
    ...post.health(at),
  }));
}

interface Flow {
  readonly at: number;
  readonly litresPerMinute: number;
  readonly isFlush: boolean;
}

/** Several taps at once add up. */
function flowOf(draws: readonly Draw[]): readonly Flow[] {
  const times = [...new Set(draws.flatMap(({ from, to }) => [from, to]))].toSorted(
    (one, other) => one - other,
  );
  return times.map((at) => {
    const running = draws.filter(({ from, to }) => at >= from && at < to);
    return {
      at,
      litresPerMinute: running.reduce((sum, draw) => sum + draw.litresPerMinute, 0),
      isFlush: running.some(({ isFlush }) => isFlush),
    };
  });
}

function litresUntil(flow: readonly Flow[], until: number): number {
  let litres = 0;
  for (const [index, { at, litresPerMinute }] of flow.entries()) {
    if (at >= until) break;
    const end = Math.min(until, flow[index + 1]?.at ?? until);
    litres += ((end - at) / minuteMs) * litresPerMinute;
  }
  return litres;
}
