import { readFileSync } from 'node:fs';
import { Chance } from '#device-sim/chance/chance.ts';
import type { Orders } from '#device-sim/demo/crew.ts';
import { type Story, storiesBetween } from '#device-sim/demo/past.ts';
import type { TaskSight } from '#device-sim/demo/sight.ts';
import type { ExpectedAlarm, World } from '#device-sim/message.ts';
import { libraryScenario, scenarioNames } from '#device-sim/scenarios/library.ts';
import { loadScenario } from '#device-sim/scenarios/load.ts';
import type { Scenario } from '#device-sim/scenarios/scenario.ts';
import { StagingError } from '#device-sim/scenarios/stage.ts';
import { newWorld } from '#device-sim/world.ts';
import { type EpochMs, minute, plus, second } from '#model/brand.ts';
import { type CommunityFile, timezoneOf } from '#model/community.ts';

export interface ProgrammeOptions {
  readonly community: CommunityFile;
  readonly seed: number;
  /** When the demo's past begins, and when its present. */
  readonly from: EpochMs;
  readonly now: EpochMs;
}

/** Where the first smoke and the first fall of the present are, and how far into their scenarios the alarm comes. */
export const opening = {
  smoke: { place: 'b3-0502', device: 'smoke-b3-0502', afterMs: 12 * second, leadMs: 70 * second },
  fall: { place: 'b1-0601', device: 'radar-b1-0601', afterMs: 30 * second, leadMs: 32 * second },
} as const;
/** So long the first smoke is left to the visitor. */
const visitorsMs = 5 * minute;
/** Told apart from another alarm of the same device. */
const nearMs = 2 * minute;

/** What comes by and by, in turn, and which devices it comes to. */
const repertoire = [
  { scenario: 'sos-pressed', devices: ['sos-b4-0101', 'sos-b2-0201', 'sos-b6-0103', 'sos-b1-0101'] },
  { scenario: 'door-left-open', devices: ['door-b5-u1', 'door-b2-u1', 'door-b4-u1', 'door-b6-u1'] },
  {
    scenario: 'cooking-smoke',
    devices: ['smoke-b4-0101', 'smoke-b6-0103', 'smoke-b5-0402', 'smoke-b1-0101'],
  },
  { scenario: 'leak-stopped', devices: ['leak-b4-0702', 'leak-b2-0403', 'leak-g1-garage'] },
  { scenario: 'smoke-test', devices: ['smoke-b1-hall', 'smoke-b5-hall', 'smoke-b6-hall'] },
  { scenario: 'fall-helped', devices: ['radar-b3-0502', 'radar-b1-0601'] },
] as const;
const gap = { leastMs: 150 * second, mostMs: 270 * second };
/** A scenario lies so far ahead: what the devices say in the next moments has been read already. */
const aheadMs = minute;

/** What happens in the demo: a function of the seed and of when it begins. */
export class Programme {
  readonly world: World;
  readonly #seed: number;
  readonly #ordered: { readonly alarm: ExpectedAlarm; readonly orders: Orders }[] = [];
  readonly #broken = new Set<string>();
  #told = 0;

  constructor({ community, from, now, seed }: ProgrammeOptions) {
    this.#seed = seed;
    this.world = newWorld({ community, seed, start: from });
    const zone = timezoneOf(community.community);
    for (const story of storiesBetween(from, now, zone)) this.#putOn(story);
  }

  /** The devices but those that are broken: these have no connection any more. */
  get speaking(): readonly string[] {
    return this.world.devices.map(({ id }) => String(id)).filter((id) => !this.#broken.has(id));
  }

  /** What the crew leaves undone of a task. */
  ordersFor({ createdAt, key, rule }: TaskSight): Orders {
    const at = Date.parse(createdAt);
    const found = this.#ordered.find(
      ({ alarm }) =>
        alarm.key === key && alarm.rule === rule && at >= alarm.from - nearMs && at <= alarm.to + nearMs,
    );
    return found?.orders ?? {};
  }

  /** The present begins: smoke and a fall within a minute. */
  open(now: EpochMs): void {
    const { fall, smoke } = opening;
    const begin = ({ afterMs, leadMs }: typeof fall | typeof smoke): EpochMs => plus(now, afterMs - leadMs);
    const orders = { waitMs: visitorsMs };
    this.#putOn({ at: begin(smoke), scenario: 'kitchen-fire', device: smoke.device, orders });
    this.#putOn({ at: begin(fall), scenario: 'fall-helped', device: fall.device });
  }

  /** Puts on what comes next, and answers when to ask again. */
  goOn(now: EpochMs): EpochMs {
    const chance = new Chance('programme', this.#seed, this.#told);
    const act = repertoire[this.#told % repertoire.length] ?? repertoire[0];
    this.#told += 1;
    try {
      this.#putOn({ at: plus(now, aheadMs), scenario: act.scenario, device: chance.pick(act.devices) });
    } catch (error) {
      // Its devices are still in another story: then it comes another time.
      if (!(error instanceof StagingError)) throw error;
    }
    return plus(now, Math.round(chance.between(gap.leastMs, gap.mostMs)));
  }

  #putOn({ at, device, orders, scenario }: Story): void {
    if (scenario === 'dead-device') this.#broken.add(device);
    const { expected } = this.world.play({ scenario: scenarioOf(scenario), at, device });
    if (orders) for (const alarm of expected) this.#ordered.push({ alarm, orders });
  }
}

function scenarioOf(name: string): Scenario {
  if (scenarioNames().includes(name)) return libraryScenario(name);
  const file = new URL(`scenarios/${name}.yaml`, import.meta.url);
  return loadScenario(readFileSync(file, 'utf8'), file.pathname);
}
