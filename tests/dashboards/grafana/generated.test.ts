import { expect, it } from 'vitest';
import { boards } from '#dashboards/grafana/boards.ts';
import { generatedFiles } from '#dashboards/grafana/generated-files.ts';
import { textsOnDisk } from './support/dashboard-files.ts';

it('the boards on the disk are what the code says: npm run build:grafana', () => {
  expect(textsOnDisk()).toEqual(generatedFiles(boards));
});
