import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';
import { perform } from '#tests/broker/hostile/attacker.ts';
import { type Attack, attack } from '#tests/broker/hostile/attacks.ts';
import { type Audit, audit } from '#tests/broker/hostile/audit.ts';
import type { Measured } from '#tests/broker/hostile/broker-process.ts';
import { BrokerUnderAttack, type Ports } from '#tests/broker/hostile/broker-under-attack.ts';
import { WellBehaved } from '#tests/broker/hostile/well-behaved.ts';
import { fc } from '#tests/support/properties.ts';

export interface SiegeReport {
  readonly frames: number;
  readonly attacks: number;
  readonly seconds: number;
  /** After a quarter of the frames, and at the end. */
  readonly early: Measured;
  readonly late: Measured;
  readonly acknowledged: number;
  readonly slowestMs: number;
  readonly audit: Audit;
  /** Error lines of the broker's log and whatever it wrote to stderr. */
  readonly errors: readonly string[];
}

/** Attacks at a time. */
const atOnce = 64;
const settlesWithinMs = 15_000;

/**
 * Sends at least `frames` hostile frames to a broker, many connections at a time, beside a well-behaved client. Throws
 * what fast-check says (the seed, and the attacks of the round) when the broker's process ends or it
 * does not let go of a connection.
 */
export async function besiege({
  frames: wanted,
  seed,
}: {
  readonly frames: number;
  readonly seed: number;
}): Promise<SiegeReport> {
  const began = stopwatch();
  const { broker, ports } = await BrokerUnderAttack.start();
  await using _ = broker;
  await using wellBehaved = await WellBehaved.start(ports.mqtt);
  let frames = 0;
  let attacks = 0;
  const send = async (some: readonly Attack[]): Promise<void> => {
    const { sent } = await attackTogether(some, { broker, ports });
    frames += sent;
    attacks += some.length;
  };
  const rounds = fc.array(attack, { minLength: atOnce, maxLength: atOnce });
  const until = async (enough: number, from: number): Promise<void> => {
    for (let round = 0; frames < enough; round++)
      await fc.assert(fc.asyncProperty(rounds, send), {
        numRuns: 1,
        seed: Math.imul(seed, 65_599) + from + round,
        endOnFailure: true,
      });
  };
  await until(wanted / 4, 0);
  const early = await settled(broker);
  await until(wanted, 1_000_000);
  const late = await settled(broker);
  await wellBehaved.stop();
  const { acknowledged, slowestMs } = wellBehaved;
  const logged = broker.log.filter(({ level }) => level === 'error');
  return {
    frames,
    attacks,
    seconds: (stopwatch() - began) / 1_000,
    early,
    late,
    acknowledged,
    slowestMs,
    audit: audit(broker.inboxDirectory),
    errors: [
      ...logged.map(({ details, message }) => `${message} ${JSON.stringify(details)}`),
      broker.errors,
    ].filter((line) => line !== ''),
  };
}

async function attackTogether(
  attacks: readonly Attack[],
  { broker, ports }: { readonly broker: BrokerUnderAttack; readonly ports: Ports },
): Promise<{ readonly sent: number }> {
  const outcomes = await Promise.all(attacks.map((one) => perform(one, ports)));
  if (broker.ended !== null) throw new Error(broker.ended);
  const forgotten = attacks.filter((_, index) => outcomes[index]?.isEnded === false);
  if (forgotten.length > 0)
    throw new Error(
      `the broker did not end ${forgotten.length} connections, the first: ${fc.stringify(forgotten[0])}`,
    );
  return { sent: outcomes.reduce((sum, outcome) => sum + outcome.frames, 0) };
}

/** What is there once the broker has let go of all connections but that of the well-behaved. */
async function settled(broker: BrokerUnderAttack): Promise<Measured> {
  const began = stopwatch();
  for (;;) {
    const measured = await broker.measure();
    const isSettled = measured.connections <= 1 && measured.devicesOnline <= 1;
    if (isSettled || stopwatch() - began > settlesWithinMs) return measured;
    await pause(100);
  }
}
