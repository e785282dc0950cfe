/** `node cli/run.js SCRIPT …`: what package.json's scripts start, since `node` there may be the system's. */
import { resolve } from 'node:path';
import { launch } from './launch.js';

await launch(resolve(process.argv[2] || ''), process.argv.slice(3));
