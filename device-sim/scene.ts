import { Fleet } from '#device-sim/fleet/fleet.ts';
import { Sky } from '#device-sim/signals/weather.ts';
import { Calendar } from '#device-sim/time/calendar.ts';
import type { CommunityFile } from '#model/community.ts';

/** What surrounds every device: the community, its time and its weather. */
export class Scene {
  readonly seed: number;
  readonly fleet: Fleet;
  readonly calendar: Calendar;
  readonly sky: Sky;

  constructor(seed: number, community: CommunityFile) {
    this.seed = seed;
    this.fleet = new Fleet(community);
    this.calendar = new Calendar(this.fleet.timezone);
    this.sky = new Sky(seed, this.calendar);
  }
}
