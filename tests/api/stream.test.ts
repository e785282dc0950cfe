import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '#api/ports.ts';
import type { Alarm } from '#model/alarm.ts';
import { type DeviceId, hour, type PersonId, type PlaceId, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { newDeviceCommand } from '#model/device-command.ts';
import type { Task } from '#model/task.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm, task } from '#tests/store/ops/support/samples.ts';

interface Received {
  readonly event: string;
  readonly id: number | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of the stream: collects what it got and waits for what should come. */
class StreamClient {
  readonly received: Received[] = [];
  readonly comments: string[] = [];
  isOver = false;
  readonly #response: IncomingMessage;
  #text = '';
  #wake = () => {};

  constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#take(chunk));
    response.on('close', () => {
      this.isOver = true;
      this.#wake();
    });
    response.on('error', () => {});
  }

  static open(
    api: RunningApi,
    account: string,
    query: string,
    headers: Record<string, string> = {},
  ): Promise<StreamClient> {
    const { port } = api.app.server.address() as AddressInfo;
    const authorization = `Bearer ${api.signIn(account)}`;
    return new Promise((resolve, reject) => {
      request(
        { port, path: `/api/v1/stream?${query}`, headers: { authorization, ...headers } },
        (response) => {
          const client = new StreamClient(response);
          void client.until(() => client.opened).then(() => resolve(client), reject);
        },
      )
        .on('error', reject)
        .end();
    });
  }

  opened = false;
  lastId = '';

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.isOver) throw new Error('the stream is over');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async ended(): Promise<void> {
    while (!this.isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  stopReading(): void {
    this.#response.pause();
  }
  resumeReading(): void {
    this.#response.resume();
  }
  [Symbol.dispose](): void {
    this.#response.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) this.#block(block);
    this.#wake();
  }

  #block(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
      if (name === '') this.comments.push(value);
      else fields.set(name, value);
    }
    const id = fields.get('id');
    if (id !== undefined) this.lastId = id;
    this.opened ||= fields.has('retry');
    const data = fields.get('data');
    if (data !== undefined)
      this.received.push({
        event: fields.get('event') ?? '',
        id: id === undefined ? undefined : Number(id),
        data: JSON.parse(data),
      });
  }
}

const listening = async (options: Parameters<typeof runningApi>[0] = {}) => {
  const api = await runningApi(options);
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  return api;
};

/** Commits an event as the engine does and tells it live afterwards. */
function happen(api: RunningApi, topic: 'alarms' | 'tasks', body: Alarm | Task, tellsLive = true): void {
  const before = api.writer.lastEventSeq();
  api.write((writer) => writer.emit({ topic, at: start, place: body.place, body }));
  if (tellsLive) for (const event of api.writer.emittedSince(before)) api.platform.tell(event);
}
const wholeTask = (id: string, changes: Partial<Task> = {}): Task => {
  const { join: _j, lastAlarmAt: _l, reRaiseMs: _r, ...rest } = task(id);
  return { ...rest, history: [], ...changes } as Task;
};
/** 3 MB: as old events with their whole history are. */
const fatTask = (id: string): Task => wholeTask(id, { reason: '警'.repeat(1_000_000) });
const reading = (device: string, property: string, place: string): LiveEvent => ({
  topic: 'readings',
  seq: 1,
  at: start,
  place: place as PlaceId,
  device: device as DeviceId,
  property,
  value: 1,
});

describe('the stream', () => {
  it('tells what happens, with the object as its own route gives it', async () => {
    await using api = await listening();
    using client = await StreamClient.open(api, 'admin', '');
    happen(api, 'alarms', alarm('a-1'));
    happen(api, 'tasks', wholeTask('t-1'));
    await client.until(() => client.received.length === 2);
    expect(client.received.map(({ event, id }) => [event, id])).toEqual([
      ['alarm', 1],
      ['task', 2],
    ]);
    expect(client.received[0]?.data).toMatchObject({
      id: 'a-1',
      startedAt: '2026-01-01T04:00:00.000Z',
      disposition: null,
    });
    expect(client.received[1]?.data).toMatchObject({ id: 't-1', title: '3号楼 烟感报警', overdue: false });
  });

  it('tells of commands to devices whoever may give them or checks on them, in the own places', async () => {
    await using api = await listening();
    const command = (device: string) =>
      newDeviceCommand({
        device: device as DeviceId,
        id: 'c-1',
        command: 'siren',
        args: { text: 'for few' },
        expiresInMs: hour,
        askedBy: 'admin',
        askedAt: start,
      });
    const clients = [];
    for (const account of ['admin', 'p-manager', 'p-auditor', 'p-worker', 'p-care'])
      clients.push(await StreamClient.open(api, account, 'topics=device-commands,alarms'));
    for (const [device, place] of [
      ['smoke-b3-05', 'b3'],
      ['smoke-b9', 'b9'],
    ] as const) {
      const before = api.writer.lastEventSeq();
      api.write((writer) =>
        writer.emit({
          topic: 'device-commands',
          at: start,
          place: place as PlaceId,
          body: command(device),
        }),
      );
      for (const event of api.writer.emittedSince(before)) api.platform.tell(event);
    }
    happen(api, 'alarms', alarm('a-1'));
    const got = [];
    for (const client of clients) {
      await client.until(() => client.received.at(-1)?.event === 'alarm');
      got.push(client.received.slice(0, -1).map(({ event, data }) => [event, data['device'], data['args']]));
      client[Symbol.dispose]();
    }
    const shown = ['device-command', 'smoke-b3-05', { text: 'for few' }];
    const elsewhere = ['device-command', 'smoke-b9', { text: 'for few' }];
    const [admin, manager, auditor, worker, care] = got;
    expect(admin).toEqual([shown, elsewhere]);
    expect(manager).toEqual([shown]);
    expect(auditor?.[0]).toEqual(['device-command', 'smoke-b3-05', undefined]);
    expect([worker, care]).toEqual([[], []]);
  });

  it('resumes after the last event that the client has: nothing missing, nothing twice', async () => {
    await using api = await listening();
    for (let n = 1; n <= 500; n++) happen(api, 'alarms', alarm(`a-${n}`), false);
    using client = await StreamClient.open(api, 'admin', 'topics=alarms', { 'last-event-id': '100' });
    for (let n = 501; n <= 510; n++) happen(api, 'alarms', alarm(`a-${n}`));
    // Told live a second time, as after a replay of the engine.
    for (const event of api.reader.eventsAfter(505, 10)) api.platform.tell(event);
    happen(api, 'alarms', alarm('a-511'));
    await client.until(() => client.received.at(-1)?.id === 511);
    expect(client.received.map(({ id }) => id)).toEqual(
      Array.from({ length: 411 }, (_, index) => index + 101),
    );
  });

  it('begins now without a last event, and says from where to resume before anything happened', async () => {
    await using api = await listening();
    happen(api, 'alarms', alarm('a-1'), false);
    using client = await StreamClient.open(api, 'admin', '');
    expect(client.lastId).toBe('1');
    using query = await StreamClient.open(api, 'admin', 'lastEventId=0');
    await query.until(() => query.received.length === 1);
    expect(client.received).toEqual([]);
  });

  it('is not deaf after an id from another installation', async () => {
    await using api = await listening();
    using client = await StreamClient.open(api, 'admin', '', { 'last-event-id': '999999' });
    happen(api, 'alarms', alarm('a-1'));
    await client.until(() => client.received.length === 1);
  });

  it('tells each only what is for their role and places', async () => {
    await using api = await listening();
    const topics = 'topics=alarms,tasks,readings';
    using worker = await StreamClient.open(api, 'p-worker', topics);
    using care = await StreamClient.open(api, 'p-care', topics);
    using volunteer = await StreamClient.open(api, 'p-volunteer', topics);
    using narrow = await StreamClient.open(api, 'admin', `${topics}&place=g2`);
    happen(api, 'alarms', alarm('a-far', { place: 'b9' as PlaceId }));
    happen(api, 'alarms', alarm('a-near'));
    happen(api, 'tasks', wholeTask('t-help', { assignee: 'p-volunteer' as PersonId }));
    api.platform.tell(reading('watch-0502', 'heart-rate', 'b3-0502'));
    api.platform.tell(reading('watch-0502', 'battery', 'b3-0502'));
    api.platform.tell(reading('smoke-b9', 'smoke', 'b9'));
    const told = (client: StreamClient) =>
      client.received.map(({ event, data }) => [event, data['property'] ?? data['id']].join(' '));
    await care.until(() => care.received.length === 4);
    await worker.until(() => told(worker).includes('reading battery'));
    await volunteer.until(() => volunteer.received.length === 1);
    await narrow.until(() => narrow.received.length === 2);
    expect(told(care)).toEqual(['alarm a-near', 'task t-help', 'reading heart-rate', 'reading battery']);
    expect(told(worker)).toEqual(['alarm a-near', 'reading battery']);
    expect(told(volunteer)).toEqual(['task t-help']);
    expect(told(narrow)).toEqual(['alarm a-far', 'reading smoke']);
    expect(care.received.at(-1)?.id).toBeUndefined();
  });

  it('beats, and ends when the session does', async () => {
    const beats = new Set<() => void>();
    await using api = await listening({
      heartbeat: (beat) => {
        beats.add(beat);
        return () => beats.delete(beat);
      },
    });
    using client = await StreamClient.open(api, 'p-care', '');
    using other = await StreamClient.open(api, 'p-worker', '');
    const beat = () => {
      for (const each of Array.from(beats)) each();
    };
    beat();
    await client.until(() => client.comments.includes('beat'));
    await api.send('p-care', 'DELETE', '/session');
    // At once, without waiting for a beat.
    await client.ended();
    expect(client.received.at(-1)).toMatchObject({ event: 'end', data: { reason: 'session' } });
    expect(other.isOver).toBe(false);
    api.wall.at = plus(start, 13 * hour);
    beat();
    await other.ended();
    expect(beats.size).toBe(0);
    expect(api.platform.listeners.size).toBe(0);
  });

  it('tells the time when it opens and with every beat, to those who ask for it', async () => {
    const beats = new Set<() => void>();
    await using api = await listening({
      heartbeat: (beat) => {
        beats.add(beat);
        return () => beats.delete(beat);
      },
    });
    using client = await StreamClient.open(api, 'p-care', 'topics=clock');
    await client.until(() => client.received.length === 1);
    for (const beat of beats) beat();
    await client.until(() => client.received.length === 2);
    const clock = { event: 'clock', data: { now: iso(api.platform.now()), kind: 'system' } };
    expect(client.received).toMatchObject([clock, clock]);
    expect(client.comments).not.toContain('beat');
  });

  it('drops a client that does not read instead of keeping everything for it', async () => {
    await using api = await listening();
    using slow = await StreamClient.open(api, 'admin', 'topics=readings');
    slow.stopReading();
    for (let n = 0; n < 200_000 && api.platform.listeners.size > 0; n++)
      api.platform.tell(reading('smoke-b3-05', 'temperature', 'b3'));
    expect(api.platform.listeners.size).toBe(0);
    slow.resumeReading();
    await slow.ended();
  });

  it('brings a client past events that are larger than any buffer', async () => {
    await using api = await listening();
    for (let n = 1; n <= 12; n++) happen(api, 'tasks', fatTask(`t-${n}`), false);
    using client = await StreamClient.open(api, 'admin', 'topics=tasks', { 'last-event-id': '0' });
    await client.until(() => client.received.length === 12);
    using live = await StreamClient.open(api, 'admin', 'topics=tasks');
    happen(api, 'tasks', fatTask('t-13'));
    happen(api, 'tasks', wholeTask('t-14'));
    await live.until(() => live.received.length === 2);
    await client.until(() => client.received.length === 14);
    expect(client.received.map(({ id }) => id)).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
    expect(live.received.map(({ data }) => data['id'])).toEqual(['t-13', 't-14']);
  });

  it('loses and doubles nothing that happens while a client is behind', async () => {
    await using api = await listening();
    for (let n = 1; n <= 10; n++) happen(api, 'tasks', fatTask(`t-${n}`), false);
    using client = await StreamClient.open(api, 'admin', 'topics=tasks,readings', { 'last-event-id': '0' });
    client.stopReading();
    for (let n = 11; n <= 60; n++) {
      happen(api, 'tasks', wholeTask(`t-${n}`));
      api.platform.tell(reading('smoke-b3-05', `p${n}`, 'b3'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.resumeReading();
    await client.until(() => client.received.length === 110);
    const of = (event: string) => client.received.filter((each) => each.event === event);
    expect(of('task').map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(of('reading').map(({ data }) => data['property'])).toEqual(
      Array.from({ length: 50 }, (_, index) => `p${index + 11}`),
    );
  });

  it('drops a client that takes nothing for a minute, however little waits for it', async () => {
    const beats = new Set<() => void>();
    await using api = await listening({
      heartbeat: (beat) => {
        beats.add(beat);
        return () => beats.delete(beat);
      },
    });
    using slow = await StreamClient.open(api, 'admin', 'topics=tasks');
    slow.stopReading();
    for (let n = 1; n <= 6; n++) happen(api, 'tasks', fatTask(`t-${n}`));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    const beat = () => {
      for (const each of Array.from(beats)) each();
    };
    beat();
    expect(api.platform.listeners.size).toBe(1);
    api.wall.at = plus(start, 61_000);
    beat();
    expect(api.platform.listeners.size).toBe(0);
  });

  it('lets the server stop', async () => {
    const api = await listening();
    using client = await StreamClient.open(api, 'admin', '');
    await api[Symbol.asyncDispose]();
    await client.ended();
    expect(client.received.at(-1)).toMatchObject({ event: 'end', data: { reason: 'stopping' } });
  });

  it('refuses topics that it does not have', async () => {
    await using api = await runningApi();
    expect((await api.get('admin', '/stream?topics=alarms,weather')).statusCode).toBe(400);
    expect((await api.app.inject('/api/v1/stream')).statusCode).toBe(401);
  });
});
