/** Writes the life cycle of tasks into docs/tasks.md, from the table that the program runs on. Run it after a change of that. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withLifeCycle } from '#tasks/life-cycle-page.ts';

const file = 'docs/tasks.md';
writeFileSync(file, withLifeCycle(readFileSync(file, 'utf8')));
