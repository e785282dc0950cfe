import { Chance } from '#device-sim/chance/chance.ts';
import { type EpochMs, epochMs, hour, minute } from '#model/brand.ts';

/** Midnight in the demo community, a Wednesday. */
const midnight = Date.parse('2026-03-04T00:00:00+08:00');
export const dayEnds = epochMs(midnight + 24 * hour);

/** A device speaks. */
interface SayStep {
  readonly at: EpochMs;
  readonly device: string;
  readonly values: Readonly<Record<string, unknown>>;
}
/** Somebody acts on the newest task of a place; what the platform refuses is refused each time. */
export interface ActStep {
  readonly at: EpochMs;
  readonly place: string;
  readonly action: string;
  readonly who: string;
  readonly comment?: string;
}
export type DayStep = SayStep | ActStep;

const at = (clock: string, seconds = 0): EpochMs => {
  const [hours, minutes] = clock.split(':');
  return epochMs(midnight + Number(hours) * hour + Number(minutes) * minute + seconds * 1_000);
};

/** `07:58` … what is written of one day: the nights and the shifts that change, and what nobody accepts. */
const written: readonly DayStep[] = [
  // Night: nobody accepts; escalations at 60 s and 180 s, reminders, and at 08:00 the next shift has it.
  { at: at('00:40'), device: 'smoke-b3-0502', values: { smoke: true } },
  { at: at('00:52'), device: 'smoke-b3-0502', values: { smoke: false } },
  // A call for help without steps of its own.
  { at: at('02:15'), device: 'sos-b3-0301', values: { sos: true } },
  // Five minutes before the property manager goes home: not accepted, so the next one has it.
  { at: at('05:55'), device: 'leak-b2-0403', values: { 'water-leak': true } },
  { at: at('06:20'), place: 'b2-0403', action: 'accept', who: 'm-wu' },
  { at: at('06:25'), place: 'b2-0403', action: 'start', who: 'm-wu' },
  { at: at('06:40'), device: 'leak-b2-0403', values: { 'water-leak': false } },
  { at: at('06:50'), place: 'b2-0403', action: 'feedback', who: 'm-wu', comment: 'the valve is closed' },
  { at: at('07:10'), place: 'b2-0403', action: 'close', who: 'l-zhao' },
  // Accepted one minute before the end of the shift: they are on their way, and keep it.
  { at: at('07:58'), device: 'smoke-b1-0101', values: { smoke: true } },
  { at: at('07:59'), place: 'b1-0101', action: 'accept', who: 'w-sun' },
  { at: at('08:06'), place: 'b1-0101', action: 'start', who: 'w-sun' },
  { at: at('08:15'), device: 'smoke-b1-0101', values: { smoke: false } },
  { at: at('08:30'), place: 'b1-0101', action: 'feedback', who: 'w-sun', comment: 'a burnt pan' },
  { at: at('08:45'), place: 'b1-0101', action: 'rework', who: 'l-zhao', comment: 'and the detector?' },
  // In hand, and then nothing: overdue, reminders, begun at the end of the shift.
  { at: at('10:00'), device: 'smoke-b5-0402', values: { smoke: true } },
  { at: at('10:01'), place: 'b5-0402', action: 'accept', who: 'w-he' },
  { at: at('10:05'), place: 'b5-0402', action: 'start', who: 'w-he' },
  { at: at('10:30'), device: 'smoke-b5-0402', values: { smoke: false } },
  // Suspended over noon: its clock stands still.
  { at: at('11:00'), device: 'leak-g1-garage', values: { 'water-leak': true } },
  { at: at('11:02'), place: 'g1-garage', action: 'accept', who: 'm-wu' },
  { at: at('11:30'), place: 'g1-garage', action: 'suspend', who: 'l-zhao', comment: 'waits for the pump' },
  { at: at('15:00'), place: 'g1-garage', action: 'resume', who: 'l-zhao', comment: 'it is here' },
  { at: at('16:00'), device: 'leak-g1-garage', values: { 'water-leak': false } },
  // Given back: the other property manager.
  { at: at('17:00'), device: 'door-b4-u1', values: { 'door-open': true } },
  { at: at('17:10'), device: 'door-b4-u1', values: { 'door-open': false } },
  { at: at('17:20'), place: 'b4-u1', action: 'return', who: 'm-wu', comment: 'my shift is over' },
  // Evening.
  { at: at('19:59', 30), device: 'smoke-b6-0103', values: { smoke: true } },
  { at: at('20:30'), device: 'smoke-b6-0103', values: { smoke: false } },
  { at: at('23:58'), device: 'sos-b5-0402', values: { sos: true } },
];

const random = [
  ...['b1-0601', 'b2-0201', 'b4-0101', 'b3-0301'].map((room) => [`smoke-${room}`, 'smoke', 'w-zhou', room]),
  ...['b1-0101', 'b2-0201', 'b6-0103'].map((room) => [`sos-${room}`, 'sos', 'c-lin', room]),
  ['leak-b4-0702', 'water-leak', 'm-jiang', 'b4-0702'],
  ['door-b6-u1', 'door-open', 'm-wu', 'b6-u1'],
] as const;

/** A day of the demo community: what is written, what falls to chance, and a sensor that speaks every half hour. */
export function dayOfTasks(seed: number): readonly DayStep[] {
  const chance = new Chance('day', seed);
  const steps: DayStep[] = [...written];
  for (const [device = '', property = '', who = '', place = ''] of random) {
    const begin = epochMs(
      midnight + Math.round(chance.between(0.5, 21)) * hour + chance.whole(1, 3_000) * 1_000,
    );
    steps.push({ at: begin, device, values: { [property]: true } });
    if (property !== 'sos')
      steps.push({
        at: epochMs(begin + chance.whole(70, 1_200) * 1_000),
        device,
        values: { [property]: false },
      });
    if (chance.happens(0.5))
      steps.push({ at: epochMs(begin + chance.whole(20, 7_000) * 1_000), place, action: 'accept', who });
  }
  for (let half = 1; half <= 48; half++)
    steps.push({
      at: epochMs(midnight + half * 30 * minute),
      device: 'air-g2-garden',
      values: { temperature: 12 },
    });
  return steps.sort((a, b) => a.at - b.at);
}
