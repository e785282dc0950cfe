import { Fleet } from '#device-sim/fleet/fleet.ts';
import { People } from '#device-sim/people/people.ts';
import { Sky } from '#device-sim/signals/weather.ts';
import { Calendar } from '#device-sim/time/calendar.ts';
import type { CommunityFile } from '#model/community.ts';

/** What surrounds every device: the community, its time, its weather and its people. */
export class Scene {
  readonly seed: number;
  readonly fleet: Fleet;
  readonly calendar: Calendar;
  readonly sky: Sky;
  readonly people: People;

  constructor({ seed, community, start }: { seed: number; community: CommunityFile; start: number }) {
    this.seed = seed;
    this.fleet = new Fleet(community);
    this.calendar = new Calendar(this.fleet.timezone);
    this.sky = new Sky(seed, this.calendar);
    this.people = new People({ seed, fleet: this.fleet, calendar: this.calendar, start });
  }
}
