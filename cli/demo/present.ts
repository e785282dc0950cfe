import { type Company, dispatcher } from '#cli/demo/company.ts';
import type { DemoOptions } from '#cli/demo/options.ts';
import { PlatformProcess } from '#cli/demo/platform-process.ts';
import { nameOf, signInsNow } from '#cli/demo/sign-ins.ts';
import { welcomeText } from '#cli/demo/welcome.ts';
import { CommandFailure, lineOf } from '#cli/failure.ts';
import { keepAgenda, liveOn } from '#device-sim/demo/live.ts';
import { opening } from '#device-sim/demo/programme.ts';
import { Publishers } from '#device-sim/demo/publishers.ts';
import { followTasks } from '#device-sim/demo/task-feed.ts';
import { type EpochMs, minute } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';

/** After smoke and fall the visitor has some time to look around. */
const quietMs = 4 * minute;

/** The demo's present: the platform on the system clock, every device as itself, the crew, until somebody stops it. */
export async function live(options: DemoOptions, company: Company, from: EpochMs): Promise<void> {
  const { complain, config, stop } = options;
  const ending = new AbortController();
  stop.addEventListener('abort', () => ending.abort());
  await using opened = new AsyncDisposableStack();
  const platform = await PlatformProcess.start({
    ...options,
    clock: 'system',
    password: company.record.password,
  });
  opened.defer(() => platform.stop().then(() => undefined));
  const host = reachable(config.host);
  company.staff.moveTo(`http://${inAddress(host)}:${platform.ready.http}`);
  const { agenda, crew, programme, record, staff } = company;
  const publishers = new Publishers({
    world: programme.world,
    secrets: record,
    host,
    port: platform.ready.mqtt,
    onComplaint: complain,
  });
  opened.defer(() => publishers.close());
  await publishers.connect();
  crew.hurry();
  tellVisitor(options, company, platform);
  programme.open(wallClock.now());
  const goOn = async (now: EpochMs): Promise<void> => agenda.add(programme.goOn(now), goOn);
  agenda.add(wallClock.now() + quietMs, goOn);

  const { signal } = ending;
  const parts = [
    liveOn({
      world: programme.world,
      clock: wallClock,
      from,
      say: (message) => publishers.say(message),
      signal,
    }),
    keepAgenda({ agenda, clock: wallClock, onError: (error) => complain(lineOf(error)), signal }),
    followTasks({ staff, account: dispatcher, onTask: (task) => crew.take(task, wallClock.now()), signal }),
  ];
  opened.defer(async () => {
    ending.abort();
    await Promise.all(parts);
  });
  const code = await Promise.race([platform.ended, aborted(signal), ...parts.map(forever)]);
  // 0: somebody stopped the platform itself, in order, by its pid.
  if (code !== undefined && code !== 0)
    throw new CommandFailure(
      `the platform ended by itself (${code ?? 'a signal'}); what it said stands above`,
    );
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined));
  });

/** Ends only by its error. */
const forever = (part: Promise<void>): Promise<never> => part.then(() => new Promise<never>(() => undefined));

function tellVisitor(options: DemoOptions, company: Company, { ready, readyText }: PlatformProcess): void {
  const { community, config, isColoured, tell } = options;
  const { duty, record } = company;
  const [smokeAt, fallAt] = [opening.smoke.place, opening.fall.place];
  tell(readyText);
  tell(
    welcomeText({
      address: `http://${inAddress(reachable(config.host))}:${ready.http}`,
      password: record.password,
      signIns: signInsNow({ community, duty, smokeAt, fallAt }, wallClock.now()),
      smokeAt: nameOf(community.places, smokeAt),
      fallAt: nameOf(community.places, fallAt),
      isColoured,
    }),
  );
}

/** A platform that listens everywhere is reached here. */
const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);
const inAddress = (host: string): string => (host.includes(':') ? `[${host}]` : host);
