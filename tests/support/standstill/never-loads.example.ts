import { it } from 'vitest';

// A file that never ends before its first test.
if (process.env['NEVER_LOADS'] === '1') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

it('is loaded', () => {});
