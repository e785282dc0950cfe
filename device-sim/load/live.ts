import type { LiveFigures } from '#device-sim/load/load-run.ts';
import type { Progress } from '#device-sim/load/protocol.ts';

/** Sums up what two generators tell, second by second. */
export class LiveSums {
  readonly #onLive: (figures: LiveFigures) => void;
  #sent = 0;
  #acknowledged = 0;
  #closed = 0;
  #sounded = 0;
  #tasks = 0;
  #alarms: LiveFigures['alarms'] = null;

  constructor(onLive: (figures: LiveFigures) => void) {
    this.#onLive = onLive;
  }

  take(progress: Progress): void {
    if (progress.kind === 'witness') {
      this.#sounded += progress.second.sounded;
      this.#tasks += progress.second.task.count;
      this.#alarms = { sounded: this.#sounded, tasks: this.#tasks, last: progress.second };
      return;
    }
    const { second } = progress;
    this.#sent += second.sent;
    this.#acknowledged += second.acknowledged;
    this.#closed += second.closed;
    this.#onLive({
      load: second,
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      closed: this.#closed,
      alarms: this.#alarms,
    });
  }
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));

/** One line of a terminal. */
export function liveLine({ acknowledged, alarms, closed, load, sent }: LiveFigures): string {
  const { elapsedS, inFlight, isWarmUp, puback } = load;
  const parts = [
    `${elapsedS.toFixed(0).padStart(3)} s${isWarmUp ? ' (warm-up)' : ''}`,
    `sent ${whole.format(sent)}`,
    `acknowledged ${whole.format(acknowledged)}`,
    `${whole.format(load.acknowledged / load.lengthS)}/s`,
    `p50 ${ms(puback.p50Ms)} p99 ${ms(puback.p99Ms)} ms`,
    `in flight ${whole.format(inFlight)}`,
    `closed ${closed}`,
  ];
  if (alarms) parts.push(`tasks ${alarms.tasks}/${alarms.sounded}`);
  return parts.join('  ');
}
