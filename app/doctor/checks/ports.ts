import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Config } from '#app/config.ts';
import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';

interface Port {
  readonly setting: string;
  readonly port: number;
}

/** Free when nothing runs, answering when the platform does. */
export const ports: Check = {
  name: 'ports',
  examine: async ({ ask, config }) => {
    if (config === null) return [];
    const wanted = portsOf(config);
    const said: Said[] = twice(wanted);
    for (const { port, setting } of wanted) {
      if (port === 0) continue;
      said.push(
        ask === null
          ? await freeOrNot(config.host, { port, setting })
          : await answering(config.host, { port, setting }),
      );
    }
    return said.length > 0 ? said : [fine('any free ones are taken')];
  },
};

const portsOf = ({ http, mqtt }: Config): readonly Port[] => [
  { setting: 'http-port', port: http.port },
  { setting: 'mqtt-port', port: mqtt.port },
  { setting: 'mqtt-ws-port', port: mqtt.wsPort },
  ...(mqtt.tls ? [{ setting: 'mqtts-port', port: mqtt.tls.port }] : []),
];

function twice(wanted: readonly Port[]): Said[] {
  const named = wanted.filter(
    ({ port }) => port !== 0 && wanted.filter((other) => other.port === port).length > 1,
  );
  if (named.length === 0) return [];
  const names = named.map(({ setting }) => setting).join(' and ');
  return [problem(`${names} are the same port`, 'give each a port of its own')];
}

async function freeOrNot(host: string, { port, setting }: Port): Promise<Said> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return fine(`${setting} ${port} is free`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return problem(`${setting} ${port} cannot be had on ${host} (${code})`, whatToDo(code, setting));
  } finally {
    server.close();
  }
}

function whatToDo(code: string, setting: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `stop what listens there, or set another ${setting} (0: any free one)`;
    case 'EACCES':
      return `set ${setting} to a port above 1023`;
    default:
      return 'set host to an address of this machine';
  }
}

const answerWithinMs = 2_000;

async function answering(host: string, { port, setting }: Port): Promise<Said> {
  const socket = connect({ host: host === '0.0.0.0' || host === '::' ? 'localhost' : host, port });
  socket.setTimeout(answerWithinMs, () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    return fine(`${setting} ${port} takes connections`);
  } catch {
    return warning(
      `nobody takes connections on ${setting} ${port}, although the platform runs`,
      'it was started with other settings than these: start it anew, or run this with its --config and environment',
    );
  } finally {
    socket.destroy();
  }
}
