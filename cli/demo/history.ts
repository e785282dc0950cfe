import type { Company } from '#cli/demo/company.ts';
import type { DemoOptions } from '#cli/demo/options.ts';
import { PlatformProcess } from '#cli/demo/platform-process.ts';
import { call, type OperatorClient, openRunning } from '#cli/operator.ts';
import { platformOf } from '#cli/platform-of.ts';
import { castOf } from '#device-sim/demo/cast.ts';
import { asItWasSaid } from '#device-sim/demo/mis-speaking.ts';
import { playWeek } from '#device-sim/demo/week.ts';
import { Sender } from '#device-sim/mqtt/sender.ts';
import { mqttAccess } from '#device-sim/platform/mqtt-access.ts';
import { type EpochMs, minute, second } from '#model/brand.ts';
import { iso, wallClock } from '#model/clock.ts';

/** Nobody else should find the platform before its past is complete. */
const hidden = {
  GRIDBELL_HOST: '127.0.0.1',
  GRIDBELL_HTTP_PORT: '0',
  GRIDBELL_MQTT_PORT: '0',
  GRIDBELL_MQTT_WS_PORT: '0',
  GRIDBELL_MQTTS_PORT: '0',
} as const;
const inFlight = 512;
/** Somebody looks this soon after an alarm was due: the task is there, and nobody has to have accepted it by then. */
const looksMs = [2 * second, 5 * minute];

/**
 * Makes the demo's past on a platform of its own that runs on the data clock, and stops it.
 * @returns up to when everything was said.
 */
export async function makeHistory(options: DemoOptions, company: Company, from: EpochMs): Promise<EpochMs> {
  const { complain, config } = options;
  await using opened = new AsyncDisposableStack();
  const platform = await PlatformProcess.start({
    ...options,
    clock: 'data',
    password: company.record.password,
    env: { ...options.env, ...hidden },
  });
  opened.defer(() => platform.stop().then(() => undefined));
  // Whatever is under way then fails, and nobody wants to know.
  options.stop.addEventListener('abort', () => void platform.stop());
  const operator = await openRunning(config);
  opened.defer(() => operator.close());
  await bringIn(operator, company);
  company.staff.moveTo(`http://127.0.0.1:${platform.ready.http}`);
  const sender = await newSender(operator, (line) => options.stop.aborted || complain(line));
  opened.defer(() => sender.close());
  // Awaited here: all of it is closed at the end of this function.
  return await play(options, company, { operator, sender, from });
}

/** The community with its accounts and the devices' tokens, whatever a visitor made of them. */
export async function bringIn(operator: OperatorClient, { programme, record }: Company): Promise<void> {
  await call(operator, 'POST', '/api/v1/import', { body: castOf(programme.world.community, record) });
}

/** One connection for all devices, so that the order in which they spoke is the order in which it is stored. */
async function newSender(operator: OperatorClient, complain: (line: string) => unknown): Promise<Sender> {
  const access = await mqttAccess(platformOf(operator, hidden.GRIDBELL_HOST));
  const target = { ...access, clientId: 'gridbell-demo-history' };
  const sender = new Sender({
    target: () => Promise.resolve(target),
    inFlight,
    patienceMs: 10_000,
    refusedHint: 'see what the platform said before',
    onLost: () => complain('the connection to the platform was lost and is made again'),
  });
  await sender.connect();
  return sender;
}

interface Way {
  readonly operator: OperatorClient;
  readonly sender: Sender;
  readonly from: EpochMs;
}

async function play({ progress, stop }: DemoOptions, company: Company, way: Way): Promise<EpochMs> {
  const { from, operator, sender } = way;
  const { agenda, crew } = company;
  const { world } = company.programme;
  const community = world.community.community.id;
  const to = wallClock.now();
  // Nobody has to ask again and again: what is to come is known.
  for (const alarm of world.expected)
    for (const afterMs of looksMs) agenda.add(alarm.to + afterMs, (now) => crew.look(now));
  await playWeek({
    seconds: world.seconds({ from, to }),
    agenda,
    send: (message) =>
      sender.send({
        topic: `gridbell/${community}/${message.device}/${message.topic}`,
        payload: asItWasSaid(message, to).payload,
      }),
    drain: () => sender.drain(),
    advance: async (at) => {
      await call(operator, 'POST', '/api/v1/clock/advance', { body: { to: iso(at) } });
    },
    onProgress: (at) => progress.at((at - from) / (to - from)),
    stop,
  });
  return to;
}
