/** Types of the console, templates included. vue-tsc wants the TypeScript beside it, which is not the server's. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const resolver = createRequire(import.meta.url);
process.chdir(folder);
process.argv.splice(1, process.argv.length, 'tsc', '-p', folder);
resolver('vue-tsc').run(resolver.resolve('typescript/lib/tsc'));
