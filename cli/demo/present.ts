import { type Company, dispatcher } from '#cli/demo/company.ts';
import { bringIn } from '#cli/demo/history.ts';
import type { DemoOptions } from '#cli/demo/options.ts';
import { PlatformProcess } from '#cli/demo/platform-process.ts';
import { nameOf, signInsNow } from '#cli/demo/sign-ins.ts';
import { welcomeText } from '#cli/demo/welcome.ts';
import { CommandFailure, lineOf } from '#cli/failure.ts';
import { call, type OperatorClient, openRunning } from '#cli/operator.ts';
import { reachable } from '#cli/platform-of.ts';
import { tokenOf } from '#device-sim/demo/cast.ts';
import { keepAgenda, liveOn } from '#device-sim/demo/live.ts';
import { modesAt } from '#device-sim/demo/modes.ts';
import { opening } from '#device-sim/demo/programme.ts';
import { followTasks } from '#device-sim/demo/task-feed.ts';
import type { SimMessage } from '#device-sim/message.ts';
import { FleetConnections } from '#device-sim/run/fleet-connections.ts';
import { type EpochMs, minute } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import { timezoneOf } from '#model/community.ts';

/** After smoke and fall the visitor has some time to look around. */
const quietMs = 4 * minute;
/** A platform that is away for longer than this ends the demo anyway. */
const patienceMs = 10 * minute;

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
  const operator = await openRunning(config);
  opened.defer(() => operator.close());
  if (options.keep) await bringIn(operator, company);
  else await setModes(operator, company);
  const host = reachable(config.host);
  company.staff.moveTo(`http://${inAddress(host)}:${platform.ready.http}`);
  const { agenda, crew, programme, record, staff } = company;
  const devices = new FleetConnections({
    community: programme.world.community.community.id,
    tokens: new Map(programme.speaking.map((device) => [device, tokenOf(device, record)])),
    address: () => Promise.resolve({ host, port: platform.ready.mqtt }),
    clock: 'system',
    patienceMs,
    note: (line) => stop.aborted || complain(line),
  });
  opened.defer(() => devices.close());
  await devices.connect();
  crew.hurry();
  tellVisitor(options, company, platform);
  programme.open(wallClock.now());
  // Of a demo that goes on: what nobody had begun with when it was stopped.
  agenda.add(wallClock.now(), (now) => crew.look(now));
  const goOn = async (now: EpochMs): Promise<void> => agenda.add(programme.goOn(now), goOn);
  agenda.add(wallClock.now() + quietMs, goOn);

  const { signal } = ending;
  let isWhole = true;
  const say = (message: SimMessage): void => {
    devices.send(message);
    if (isWhole) isWhole = isFine(devices, complain);
  };
  const parts = [
    liveOn({
      world: programme.world,
      clock: wallClock,
      from,
      say,
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

async function setModes(operator: OperatorClient, { programme }: Company): Promise<void> {
  const zone = timezoneOf(programme.world.community.community);
  for (const body of modesAt(wallClock.now(), zone)) await call(operator, 'PUT', '/api/v1/modes', { body });
}

/** False once a device cannot publish any more (a visitor gave it another token): the others go on. */
function isFine(devices: FleetConnections, complain: (line: string) => void): boolean {
  try {
    devices.check();
    return true;
  } catch (error) {
    complain(lineOf(error));
    return false;
  }
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

const inAddress = (host: string): string => (host.includes(':') ? `[${host}]` : host);
