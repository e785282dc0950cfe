import type { DemoRecord } from '#cli/demo/directory.ts';
import { Agenda } from '#device-sim/demo/agenda.ts';
import { Crew } from '#device-sim/demo/crew.ts';
import { Duty } from '#device-sim/demo/duty.ts';
import { Programme } from '#device-sim/demo/programme.ts';
import { Staff } from '#device-sim/demo/staff.ts';
import type { EpochMs } from '#model/brand.ts';
import type { CommunityFile } from '#model/community.ts';

/** Everybody and everything that plays a part in a demo, in its past and in its present. */
export interface Company {
  readonly record: DemoRecord;
  readonly programme: Programme;
  readonly staff: Staff;
  readonly duty: Duty;
  readonly agenda: Agenda;
  readonly crew: Crew;
}

export interface CompanyOptions {
  readonly community: CommunityFile;
  readonly record: DemoRecord;
  /** When the demo's past begins, and when its present. */
  readonly from: EpochMs;
  readonly now: EpochMs;
  readonly complain: (line: string) => void;
}

/** Sees every task; of the community's people, so that its sign-ins are nobody's who sits at the machine. */
export const dispatcher = 'a-yao';

export function newCompany({ community, complain, from, now, record }: CompanyOptions): Company {
  const { password, seed } = record;
  const programme = new Programme({ community, seed, from, now });
  const staff = new Staff({ passwordOf: () => password });
  const duty = new Duty(community);
  const agenda = new Agenda();
  const crew = new Crew({
    staff,
    duty,
    agenda,
    dispatcher,
    seed,
    ordersFor: (task) => programme.ordersFor(task),
    note: complain,
  });
  return { record, programme, staff, duty, agenda, crew };
}
