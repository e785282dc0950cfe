import { clamped, driftOf } from '#device-sim/signals/drift.ts';
import type { Calendar } from '#device-sim/time/calendar.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearMs = 365.2425 * dayMs;
/** Mid January is coldest: days after the year's beginning. */
const coldestDay = 18;

/** The weather of one moment, unrounded. */
export interface Weather {
  /** °C in the shade. */
  readonly temperature: number;
  /** Relative humidity, %. */
  readonly humidity: number;
  /** hPa. */
  readonly pressure: number;
  /** lx outdoors; 0 at night. */
  readonly illuminance: number;
  /** m/s. */
  readonly wind: number;
  /** mm in the last hour. */
  readonly rain: number;
  /** µg/m³. */
  readonly dust: number;
}

/**
 * Weather as in the east of China: 17 °C over the year, ±12 by season, ±4 by hour of the day (less under clouds), fronts
 * that pass within days. A function of time alone.
 */
export class Sky {
  readonly #calendar: Calendar;
  readonly #front: (at: number) => number;
  readonly #gust: (at: number) => number;
  readonly #clouds: (at: number) => number;
  readonly #haze: (at: number) => number;

  constructor(seed: number, calendar: Calendar) {
    this.#calendar = calendar;
    this.#front = driftOf(`${seed} front`, 2.5 * dayMs);
    this.#gust = driftOf(`${seed} gust`, 0.5 * hourMs);
    this.#clouds = driftOf(`${seed} clouds`, 9 * hourMs);
    this.#haze = driftOf(`${seed} haze`, 1.5 * dayMs);
  }

  at(at: number): Weather {
    const hour = this.#calendar.hourOf(at);
    const season = -Math.cos((2 * Math.PI * (at - coldestDay * dayMs)) / yearMs);
    const cloud = clamped(0.5 + 0.6 * this.#clouds(at) + 0.3 * this.#front(at), 0, 1);
    const sun = Math.max(0, Math.sin(((hour - 6 + season) / (12 + 2 * season)) * Math.PI));
    const swing = Math.cos(((hour - 14.5) / 24) * 2 * Math.PI) * (4.5 - 2.5 * cloud);
    const temperature = 17 + 12 * season + swing + 4.5 * this.#front(at) + 0.3 * this.#gust(at);
    const rain = clamped((cloud - 0.86) * 40, 0, 30);
    return {
      temperature,
      humidity: clamped(70 + 6 * season + 22 * (cloud - 0.5) - 4.5 * swing + 5 * Math.min(2, rain), 22, 99),
      pressure: 1015 - 8 * season - 7 * this.#front(at),
      illuminance: hour < 3 || hour > 21 ? 0 : 90_000 * sun * (1 - 0.85 * cloud),
      wind: clamped(2 + 1.5 * this.#front(at) + 1.4 * this.#gust(at), 0, 20),
      rain,
      dust: clamped(38 - 14 * season + 25 * this.#haze(at) - 2 * rain, 4, 160),
    };
  }
}
