import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { eventsIn } from '#device-sim/platform/server-sent-events.ts';

/** The API as somebody signed in reaches it, or as the operator of the machine does over the socket file. */
export type StreamAddress =
  | { readonly http: number; readonly token: string }
  | { readonly socketPath: string };

/** Calls `onTask` with the place of each task that the live stream tells of, as soon as its event is whole. */
export async function watchTasks(address: StreamAddress, onTask: (place: string) => void): Promise<void> {
  const request = get({
    path: '/api/v1/stream?topics=tasks',
    ...('socketPath' in address
      ? { socketPath: address.socketPath, headers: { host: 'localhost' } }
      : {
          host: '127.0.0.1',
          port: address.http,
          headers: { authorization: `Bearer ${address.token}` },
        }),
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`stream: ${response.statusCode}`);
  request.on('error', () => undefined);
  response.setEncoding('utf8');
  // A stream that breaks off tells of no more tasks: the report counts those that did not come.
  read(response, onTask).catch(() => undefined);
}

async function read(response: IncomingMessage, onTask: (place: string) => void): Promise<void> {
  for await (const { data, event } of eventsIn(response))
    if (event === 'task' && data !== undefined) onTask((JSON.parse(data) as { place: string }).place);
}
