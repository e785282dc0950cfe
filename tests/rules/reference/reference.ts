import type { Value } from '#model/reading.ts';
import { isHeldBack, isSilenceHeld, type Mode } from '#tests/rules/reference/hold.ts';
import { Judged } from '#tests/rules/reference/judged.ts';
import type { Message, Setting } from '#tests/rules/reference/readings.ts';
import type { KeyTree, RuleTree } from '#tests/rules/reference/rule-tree.ts';
import { Silent } from '#tests/rules/reference/silent.ts';
import type { Step } from '#tests/rules/reference/step.ts';
import { Board, type Told } from '#tests/rules/reference/told.ts';
import { devices, nearest, type PlainDevice, path } from '#tests/rules/reference/village.ts';

/** What of an orderly stream the rules have to say in the end. */
export function expectedAlarms(
  rules: readonly RuleTree[],
  steps: readonly Step[],
  around: Omit<Setting, 'messages'>,
): readonly Told[] {
  const messages = steps.flatMap((step): Message[] => (step.does === 'say' ? [step] : []));
  const all = rules.map((rule) => new Ruled(rule, { ...around, messages }, steps[0]?.at ?? 0));
  let modes: readonly Mode[] = [];
  for (const step of steps) {
    for (let next = firstDue(all, step.at); next; next = firstDue(all, step.at)) next.fire();
    if (step.does === 'mode') {
      modes = modes.filter(({ target, mode }) => target !== step.target || mode !== step.mode);
      if (step.isOn) modes = [...modes, step];
      for (const ruled of all) ruled.modes = modes;
    }
    if (step.does === 'say') for (const ruled of all) ruled.hear(step);
  }
  return all.flatMap((ruled) => ruled.told);
}

type Waiting = Judged | Silent;

/** What falls due first, not after `until`; the rules are in the order of their ids. */
function firstDue(all: readonly Ruled[], until: number): Waiting | undefined {
  let first: Waiting | undefined;
  let firstAt = Number.POSITIVE_INFINITY;
  for (const waiting of all.flatMap((ruled) => ruled.waiting)) {
    const { due } = waiting;
    if (due === null || due > until || due >= firstAt) continue;
    first = waiting;
    firstAt = due;
  }
  return first;
}

/** One rule with all that it watches. */
class Ruled {
  modes: readonly Mode[] = [];
  readonly #rule: RuleTree;
  readonly #setting: Setting;
  readonly #boards = new Map<string, Board>();
  readonly #judged = new Map<string, Judged>();
  readonly #silent = new Map<string, Silent>();

  constructor(rule: RuleTree, setting: Setting, start: number) {
    this.#rule = rule;
    this.#setting = setting;
    if (rule.trigger.is !== 'silence') return;
    for (const [key, members] of Map.groupBy(devices, (device) => this.#keyOf(device, null)))
      if (key !== undefined) this.#silent.set(key, this.#listen(key, members, start));
  }

  get told(): readonly Told[] {
    return [...this.#boards.values()].flatMap(({ told }) => told);
  }

  /** In the order in which they come when they fall due at once. */
  get waiting(): readonly Waiting[] {
    const judged = [...this.#judged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    return [...judged, ...this.#silent.values()];
  }

  hear(message: Message): void {
    const device = devices.find(({ id }) => id === message.device);
    const credential = this.#rule.key === 'credential' ? (message.values['credential'] ?? null) : null;
    if (!device || (this.#rule.key === 'credential' && credential === null)) return;
    const key = this.#keyOf(device, credential);
    if (key === undefined) return;
    this.#silent.get(key)?.hear(message);
    if (this.#rule.trigger.is !== 'silence') this.#judgedOf(device, credential, key).hear(message);
  }

  /** What has one alarm; undefined: the rule is not for the device. */
  #keyOf(device: PlainDevice, credential: Value | null): string | undefined {
    const { key, selected } = this.#rule;
    if (selected?.tag !== undefined && !device.tags?.includes(selected.tag)) return undefined;
    if (selected?.place !== undefined && !path(device.place).includes(selected.place)) return undefined;
    return keyOf(key, device, credential);
  }

  #judgedOf(device: PlainDevice, credential: Value | null, key: string): Judged {
    const name = `${device.id}/${credential}`;
    const known = this.#judged.get(name);
    if (known) return known;
    const made = new Judged({
      rule: this.#rule,
      device,
      credential,
      board: this.#board(key),
      setting: this.#setting,
      isHeldBack: (at) => isHeldBack(this.#rule, device, at, { modes: this.modes, zone: this.#setting.zone }),
    });
    this.#judged.set(name, made);
    return made;
  }

  #listen(key: string, members: readonly PlainDevice[], start: number): Silent {
    // Its hours hold nothing back: it counts only what lies in them, and may run out as they end.
    const isHeld = (at: number): boolean => isSilenceHeld(this.#rule, members, at, this.modes);
    return new Silent(
      {
        rule: this.#rule,
        devices: members,
        board: this.#board(key),
        setting: this.#setting,
        isHeldBack: isHeld,
      },
      start,
    );
  }

  #board(key: string): Board {
    const board = this.#boards.get(key) ?? new Board(this.#rule.id, key);
    this.#boards.set(key, board);
    return board;
  }
}

function keyOf(key: KeyTree, device: PlainDevice, credential: Value | null): string | undefined {
  if (key === 'device') return device.id;
  if (key === 'resident') return device.resident;
  if (key === 'credential') return `${device.id}/${credential}`;
  return nearest(device.place, key);
}
