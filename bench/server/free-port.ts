import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const lowest = 10_240;
/** Where no system that is left as it comes gives ports away. */
const usualEnd = 32_768;
const attempts = 100;

/** From here on this system gives ports away by itself: to who asks for any, and to each connection that goes out. */
function givenAwayFrom(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    // Not Linux: what macOS and Windows give away lies higher than this.
    return usualEnd;
  }
}

const canListen = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
};

/**
 * A port of 127.0.0.1 that nobody listens on, for a server that wants to be told one. It stays free while that server starts, or is away
 * between a kill and its next start: no system hands it to somebody else, but for one that is set to give away the lower ones, too.
 */
export async function freePort(): Promise<number> {
  const from = givenAwayFrom();
  const end = from > lowest ? from : usualEnd;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * (end - lowest));
    if (await canListen(port)) return port;
  }
  throw new Error(`no free port from ${lowest} to ${end}`);
}
