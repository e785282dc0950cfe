import { type Alarm, type AlarmTransition, isMoreSevere, type Severity } from '#model/alarm.ts';
import type { DeviceId, EpochMs, PlaceId } from '#model/brand.ts';

/** An alarm that there would have been. */
export interface Episode {
  readonly key: string;
  readonly device: DeviceId;
  readonly place: PlaceId;
  readonly startedAt: EpochMs;
  /** Null: it stood at the end. */
  clearedAt: EpochMs | null;
  /** The most severe that it was. */
  severity: Severity;
  readonly receivedLate: boolean;
  revised: boolean;
}

/** More are not told apart: the rule is no use as it is, and memory has an end. */
const mostEpisodes = 100_000;

/** Gathers what the engine tells, of alarms that began in time. */
export class Episodes {
  readonly #from: EpochMs;
  readonly #byId = new Map<string, Episode>();
  readonly #verified: EpochMs[] = [];

  constructor(from: EpochMs) {
    this.#from = from;
  }

  /** In the order in which they were raised. */
  get all(): readonly Episode[] {
    return [...this.#byId.values()];
  }

  /** When retained state of a gateway would have asked somebody to look. */
  get verified(): readonly EpochMs[] {
    return this.#verified;
  }

  get isFull(): boolean {
    return this.#byId.size >= mostEpisodes;
  }

  take(transitions: readonly AlarmTransition[]): void {
    for (const transition of transitions) this.#take(transition);
  }

  #take(transition: AlarmTransition): void {
    switch (transition.type) {
      case 'raised':
        this.#begin(transition.alarm);
        return;
      case 'verify':
        if (transition.at >= this.#from) this.#verified.push(transition.at);
        return;
      case 'cleared':
        this.#change(transition.alarm, (episode) => {
          episode.clearedAt = transition.at;
        });
        return;
      case 'revised':
        this.#change(transition.alarm, (episode) => {
          episode.revised = true;
        });
        return;
      case 'severity':
        this.#change(transition.alarm, (episode) => {
          if (isMoreSevere(transition.severity, episode.severity)) episode.severity = transition.severity;
        });
        return;
    }
  }

  #begin({ clearedAt, device, id, key, place, receivedLate, revised, severity, startedAt }: Alarm): void {
    if (startedAt < this.#from) return;
    this.#byId.set(id, {
      key,
      device,
      place,
      startedAt,
      clearedAt: clearedAt ?? null,
      severity,
      receivedLate,
      revised,
    });
  }

  #change(id: string, change: (episode: Episode) => void): void {
    const episode = this.#byId.get(id);
    if (episode) change(episode);
  }
}
