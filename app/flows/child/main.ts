/**
 * The process of the flows: Node-RED, started by app/flows/child-process.ts with an empty environment and, unless it was told otherwise,
 * under Node's permission model. It is told what to do on its standard input and ends with it.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { boundConnections, putUpFences, refuseOwnSocketFiles } from '#app/flows/child/fences.ts';
import { writeFailure } from '#app/flows/child/log-lines.ts';
import { loadNodeRed } from '#app/flows/child/node-red.ts';
import {
  editorRoot,
  type FlowsOrders,
  type Pulse,
  pulsePath,
  startSecretHeader,
} from '#app/flows/child/orders.ts';
import { nodeRedSettings } from '#app/flows/child/settings.ts';

process.on('uncaughtException', (error) => {
  writeFailure(error);
  process.exit(1);
});
const orders = await readOrders();
if (process.permission) putUpFences();
boundConnections(orders.gridbell.url);

const { express, red } = loadNodeRed();
// Node-RED's server listens to nobody: what comes in goes past the door first.
const inner = createServer();
let pulse: Omit<Pulse, 'rssBytes'> = { flows: 'wait', because: null };

red.init(inner, nodeRedSettings(orders));
red.events.on('runtime-event', (event) => {
  const { id, payload } = event as { id?: string; payload?: { state?: Pulse['flows']; error?: string } };
  // Without a state: what they need cannot be read, such as credentials under another key.
  if (id === 'runtime-state' && payload)
    pulse = { flows: payload.state ?? 'stop', because: payload.error ?? null };
});
const app = express();
app.disable('x-powered-by');
app.use(editorRoot, red.httpAdmin);
inner.on('request', app);

const secret = Buffer.from(orders.startSecret);
const door = createServer();
door.on('request', (request, response) => {
  if (!isLetIn(request)) response.writeHead(403).end();
  else if (request.url === pulsePath) answerPulse(response);
  else if (hasStarted) inner.emit('request', request, response);
  else response.writeHead(503).end();
});
door.on('upgrade', (request, socket, head) => {
  if (isLetIn(request) && hasStarted) inner.emit('upgrade', request, socket, head);
  else socket.destroy();
});
process.umask(0o077);
let hasStarted = false;
// Before Node-RED begins: a flow that computes without end from its start on is seen as well.
door.listen(orders.socket);
if (process.permission) refuseOwnSocketFiles();

// A Ctrl-C at the terminal is Gridbell's, which asks this process to end.
process.on('SIGINT', () => undefined);
let isStopping = false;
process.on('SIGTERM', () => {
  if (isStopping) return;
  isStopping = true;
  red.stop().then(
    () => process.exit(0),
    (error) => {
      writeFailure(error);
      process.exit(1);
    },
  );
});

await red.start();
hasStarted = true;

function answerPulse(response: ServerResponse): void {
  // Flows start beside the editor: who is told that they run may ask for it at once.
  const said = hasStarted ? pulse : ({ flows: 'wait', because: null } as const);
  const answer: Pulse = { ...said, rssBytes: process.memoryUsage.rss() };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function isLetIn(request: IncomingMessage): boolean {
  const given = Buffer.from(String(request.headers[startSecretHeader] ?? ''));
  return given.length === secret.length && timingSafeEqual(given, secret);
}

/** The first line; who gave it is gone when the input ends. */
function readOrders(): Promise<FlowsOrders> {
  const { promise, resolve } = Promise.withResolvers<FlowsOrders>();
  let text = '';
  const read = (chunk: string): void => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0) return;
    process.stdin.off('data', read).resume();
    resolve(JSON.parse(text.slice(0, end)) as FlowsOrders);
  };
  process.stdin.setEncoding('utf8').on('data', read);
  process.stdin.once('end', () => process.exit(0));
  return promise;
}
