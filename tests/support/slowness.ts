/** What the plain work below takes on the machine on which limits of time were set, ms of the processor. */
const plainWorkMs = 12;

/**
 * How many times longer than there a plain piece of work takes here and now, 1 at least: what is limited in time may take as many
 * times longer.
 */
export const slowness = (): number =>
  Math.max(1, Math.min(...[plainWork, plainWork, plainWork].map(cpuMsOf)) / plainWorkMs);

/** How long it has the processor, ms: what else a busy machine does meanwhile does not count. */
export function cpuMsOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { system, user } = process.threadCpuUsage(before);
  return (system + user) / 1_000;
}

/** Texts, maps and an order, as most of what is limited. */
function plainWork(): void {
  const words = new Map<string, number>();
  for (let n = 0; n < 120_000; n++) {
    const word = `w${(n * 48_271) % 9_973}`;
    words.set(word, (words.get(word) ?? 0) + 1);
  }
  JSON.parse(JSON.stringify([...words].sort(([a], [b]) => (a < b ? -1 : 1))));
}
