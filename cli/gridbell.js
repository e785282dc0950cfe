#!/usr/bin/env node
/** The bin. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

await launch(join(dirname(fileURLToPath(import.meta.url)), 'main.ts'), process.argv.slice(2));
