import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Latencies } from '#device-sim/load/latencies.ts';
import { liveLine } from '#device-sim/load/live.ts';
import type { LoadRun } from '#device-sim/load/load-run.ts';
import { htmlReport } from '#device-sim/load/report/html.ts';
import { markdownReport } from '#device-sim/load/report/markdown.ts';
import { writeReport } from '#device-sim/load/report/write-report.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const latencies = new Latencies();
for (let ms = 1; ms <= 100; ms++) latencies.record(ms);
const [summary, spectrum] = [latencies.summary(), latencies.spectrum()];

const second = { lengthS: 1, sent: 100, acknowledged: 100, puback: summary, inFlight: 3, closed: 0 };
const run: LoadRun = {
  at: '2026-11-22T10:00:00.000Z',
  prefix: 'load-0a1b2c',
  options: {
    connections: 10,
    seconds: 2,
    warmUpS: 1,
    payload: 'small',
    loop: { kind: 'open', rate: 100 },
    alarmsPerSecond: 1,
    connectsPerSecond: 500,
    community: 'load',
    keep: false,
  },
  payload: { bytes: 37, readings: 2 },
  machine: { cores: 2, processor: 'A <fast> one', node: '24.0.0' },
  isCutShort: false,
  connect: { connected: 10, refused: 0, retries: 0, reason: null, seconds: 0.1, connack: summary },
  load: {
    sent: 300,
    withoutConnection: 0,
    acknowledged: 300,
    perSecond: 100,
    seconds: [
      { ...second, elapsedS: 1, isWarmUp: true },
      { ...second, elapsedS: 2, isWarmUp: false },
    ],
    puback: summary,
    spectrum,
    service: summary,
    serviceSpectrum: spectrum,
    lateness: summary,
    unacknowledged: 0,
    closed: 0,
    generatorCpu: 0.1,
  },
  witness: {
    sounded: 2,
    acknowledged: 2,
    missing: 0,
    task: summary,
    tasksMs: [],
    spectrum,
    puback: summary,
    seconds: [{ elapsedS: 2, sounded: 2, task: summary }],
  },
  platform: { cpu: 0.5, memoryMiB: 400, busy: { broker: 0.25 } },
  comparisons: [
    { name: 'acknowledged', unit: 'msg', ours: 302, platforms: 302, differencePercent: 0, verdict: 'same' },
  ],
  complaints: [],
  remains: { deleted: 20, voidedTasks: 2 },
};

describe('the report of a load', () => {
  it('as a page stands alone: plots, no scripts, nothing from elsewhere', () => {
    const page = htmlReport(run);
    // Four plots, each for wide windows and for phones.
    expect(page.match(/<svg /g)).toHaveLength(8);
    expect(page).not.toMatch(/<script|<link|@import|url\((?!#)|src=|href=(?!"#)/i);
    expect(page).toContain('A &lt;fast&gt; one');
    // Both appearances: no plot keeps a colour of its own.
    expect(page.match(/<svg [\s\S]*?<\/svg>/g)?.join('')).not.toMatch(/(?:fill|stroke)="#(?!000|fff)/);
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('says what does not agree, in every form', () => {
    const complaints = ['7 messages were not acknowledged'];
    expect(markdownReport({ ...run, complaints })).toContain(
      '**Not good**: 7 messages were not acknowledged.',
    );
    expect(htmlReport({ ...run, complaints })).toContain('<li>7 messages were not acknowledged</li>');
    expect(markdownReport(run)).toContain('**Good**');
  });

  it('of a closed loop has no latencies from when something was due', () => {
    const closed = { ...run, options: { ...run.options, loop: { kind: 'closed', window: 4 } as const } };
    expect(markdownReport(closed)).not.toContain('due → sent');
    expect(markdownReport(run)).toContain('due → sent');
    expect(htmlReport(closed)).toContain('as fast as acknowledged');
  });

  it('is one file when the path says which, else a directory of three', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'one.md');
    expect(await writeReport(run, file)).toEqual([file]);
    expect(await readFile(file, 'utf8')).toContain('300 sent, 300 acknowledged');
    const files = await writeReport(run, join(directory.path, 'all'));
    expect(files.map((path) => path.slice(path.lastIndexOf('.')))).toEqual(['.json', '.md', '.html']);
    expect(JSON.parse(await readFile(files[0] ?? '', 'utf8'))).toEqual(run);
  });
});

describe('the live line', () => {
  it('says where a load stands', () => {
    const alarms = { sounded: 3, tasks: 2, last: { elapsedS: 2, sounded: 1, task: summary } };
    const load = { ...second, elapsedS: 12.02, isWarmUp: false };
    const line = liveLine({ load, sent: 1_200, acknowledged: 1_197, closed: 1, alarms });
    expect(line.trim()).toBe(
      '12 s  sent 1,200  acknowledged 1,197  100/s  p50 50 p99 99 ms  in flight 3  closed 1  tasks 2/3',
    );
  });
});
