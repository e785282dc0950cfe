import type { DeviceId, EpochMs, ResidentId } from '#model/brand.ts';
import type { LadderAnswer } from '#model/command.ts';
import type { Outcome } from '#model/errors.ts';
import type { Role } from '#model/role.ts';
import type { Task } from '#model/task.ts';
import { addPerson, addResident, Demo, orderOf, personId, placeId, t0 } from '#tests/tasks/support/demo.ts';

export const residentId = (id: string) => id as ResidentId;

/** A community with a resident in b3-0502, her button, two contacts who agreed and one who did not, and two of the care staff. */
export class CareDemo extends Demo {
  constructor(...parts: ConstructorParameters<typeof Demo>) {
    super(...parts);
    addPerson(this.configuration, 'c-lin', 'care-staff', ['g1']);
    addPerson(this.configuration, 'c-mei', 'care-staff', ['g1']);
    this.resident({});
    const body = {
      id: 'sos-1' as DeviceId,
      kind: 'sos-button',
      place: placeId('b3-0502'),
      resident: residentId('r-0502'),
    };
    this.configuration.apply({ op: 'put', resource: 'device', id: 'sos-1', body });
    this.orders.set('sos-pressed', orderOf('elderly-care', { to: 'care-staff' }));
    this.orders.set('no-sign-of-life', orderOf('elderly-care', { to: 'care-staff' }));
  }

  resident(changes: {
    readonly phone?: string | undefined;
    readonly contacts?: readonly Record<string, unknown>[];
  }): void {
    const { contacts = usualContacts, phone = '13700000000' } = changes;
    const reached = 'phone' in changes && changes.phone === undefined ? {} : { phone };
    addResident(this.configuration, {
      id: 'r-0502',
      place: placeId('b3-0502'),
      name: '王奶奶',
      ...reached,
      contacts: [...contacts],
    });
  }

  mode(mode: 'hospital' | 'away'): void {
    const body = { target: 'r-0502', mode };
    this.configuration.apply({ op: 'put', resource: 'mode', id: `r-0502 ${mode}`, body });
  }

  press(now: EpochMs = t0): Task {
    return this.raise('sos-pressed', { ...ofHer, key: 'sos-1', startedAt: now }, now);
  }
  /** No matter of life. */
  worry(now: EpochMs = t0): Task {
    const mild = { severity: 'major', lifeSafety: false } as const;
    return this.raise('no-sign-of-life', { ...ofHer, ...mild, key: 'r-0502', startedAt: now }, now);
  }

  comes(task: Pick<Task, 'id'>, who: string, minutes: number, now: EpochMs): Outcome<Task> {
    return this.desk.ladders.comes(task.id, { minutes }, this.#asker(who), now);
  }
  answers(
    task: Pick<Task, 'id'>,
    who: string,
    outcome: LadderAnswer['outcome'],
    now: EpochMs,
  ): Outcome<Task> {
    return this.desk.ladders.answer(task.id, { outcome }, this.#asker(who), now);
  }
  cancels(isKey: boolean, now: EpochMs, at = now): void {
    this.desk.ladders.cancelled('sos-1' as DeviceId, { isKey, at }, now);
  }

  #asker(who: string) {
    const role: Role = this.configuration.person(personId(who))?.role ?? 'auditor';
    return { actor: { kind: 'account', id: who, person: who }, role, person: personId(who) } as const;
  }
}

const ofHer = {
  device: 'sos-1' as DeviceId,
  category: 'elderly-care',
  resident: residentId('r-0502'),
} as const;

const usualContacts = [
  { name: '王强', relation: '儿子', phone: '13600000000', order: 1, consent: true },
  {
    name: '王芳',
    relation: '女儿',
    phone: '13600000001',
    order: 2,
    consent: true,
    email: 'fang@example.org',
  },
  { name: '李四', relation: '邻居', phone: '13600000002' },
];

/** When each rung had its turn, in seconds, and what came of it: `family 2`, `resident passed over: away`. */
export const climbed = (task: Task): readonly (readonly [number, string])[] =>
  task.history
    .filter(({ action }) => action === 'ladder')
    .map(({ at, because = [] }) => {
      const words = because.flatMap((reason) => {
        if (reason.code === 'rung') return [reason.rung];
        if (reason.code === 'passed-over') return [`passed over: ${reason.why}`];
        if (reason.code === 'family-called') return [String(reason.contacts)];
        if (reason.code === 'not-arrived') return [`without ${reason.person}`];
        return reason.code === 'told' ? [reason.person] : reason.code === 'late' ? ['late'] : [];
      });
      return [(at - t0) / 1_000, words.join(' ')] as const;
    });

/** Whom notices were for, by kind, in their order. */
export const toldOf = (demo: Demo, ...kinds: readonly string[]): readonly (readonly [string, string])[] =>
  [...demo.store.notices.values()]
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ kind, person }) => [kind, person] as const);
