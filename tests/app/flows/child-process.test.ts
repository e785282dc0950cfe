import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { startFlowsChild } from '#tests/app/support/flows-child.ts';
import { until } from '#tests/flow/support/api-client.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

/** A process of flows in which code of somebody answers instead. */
const program = (answer: string) => `
const http = require('node:http');
http.createServer((request, response) => response.end(${JSON.stringify(answer)})).listen('editor.sock');
`;

it.each([
  '',
  'no JSON',
  'null',
  '7',
  '{"flows":"dance","rssBytes":1}',
  '{"flows":"start","because":{"a":1},"rssBytes":1}',
  '{"flows":"start"}',
])('a process that answers %j is one that does not say how it is, and harms nobody', async (answer) => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'child.cjs');
  writeFileSync(path, program(answer));
  const child = startFlowsChild({ program: path, userDir: directory.path });
  // Before that it is not there yet, or too busy with its start.
  await until(
    () => child.pulse(AbortSignal.timeout(10_000)).then(() => 'a pulse', String),
    (failure) => failure === 'a pulse' || failure.includes('something else than it was asked'),
  ).then((failure) => expect(failure).not.toBe('a pulse'));
  child.kill();
  await child.ended;
});
