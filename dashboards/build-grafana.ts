/** Writes the boards of Grafana as JSON, one folder a language: `npm run build:grafana`, after a change of them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { boards } from '#dashboards/grafana/boards.ts';
import { generatedFiles } from '#dashboards/grafana/generated-files.ts';

const folder = 'dashboards/grafana/generated';
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of generatedFiles(boards)) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
