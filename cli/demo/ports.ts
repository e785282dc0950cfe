import { createServer } from 'node:net';
import type { Config } from '#app/config.ts';
import { CommandFailure, lineOf } from '#cli/failure.ts';
import { startFailureLine } from '#cli/next-step.ts';

/** @throws CommandFailure when one of the ports that the platform will want is taken: said before a week is made for nothing. */
export async function checkPorts(config: Config): Promise<void> {
  const { host, http, mqtt } = config;
  const wanted = [http.port, mqtt.port, mqtt.wsPort, ...(mqtt.tls ? [mqtt.tls.port] : [])];
  for (const port of wanted.filter((each) => each !== 0)) {
    try {
      await listenOnce(host, port);
    } catch (error) {
      throw new CommandFailure(startFailureLine(error, config) || lineOf(error), { cause: error });
    }
  }
}

async function listenOnce(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
