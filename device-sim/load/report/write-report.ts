import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { LoadRun } from '#device-sim/load/load-run.ts';
import { markdownReport } from '#device-sim/load/report/markdown.ts';

const forms: Readonly<Record<string, (run: LoadRun) => string | Promise<string>>> = {
  '.json': (run) => `${JSON.stringify(run, null, 2)}\n`,
  '.md': (run) => `${markdownReport(run)}\n`,
  // Loaded only here: it brings the plotting library with it.
  '.html': async (run) => (await import('#device-sim/load/report/html.ts')).htmlReport(run),
};

/** One file when the path ends in `.json`, `.md` or `.html`, else a directory with all three; answers what was written. */
export async function writeReport(run: LoadRun, path: string): Promise<readonly string[]> {
  const single = forms[extname(path)];
  if (single) {
    await writeFile(path, await single(run));
    return [path];
  }
  await mkdir(path, { recursive: true });
  return await Promise.all(
    Object.entries(forms).map(async ([extension, form]) => {
      const file = join(path, `load${extension}`);
      await writeFile(file, await form(run));
      return file;
    }),
  );
}
