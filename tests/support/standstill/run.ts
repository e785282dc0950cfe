/** `node run.ts CONFIG`: watches a run that never ends, to be killed itself. */
import { superviseRun } from '#tests/support/supervised-run.ts';

const [config = ''] = process.argv.slice(2);
await superviseRun({ words: ['--config', config, 'never-ends'], quietMs: 600_000, say: () => undefined });
