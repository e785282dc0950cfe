import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** What a test machine has no use for: windows, a sandbox (root has none), and everything that calls home. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // So that a picture is the same wherever it is taken.
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
] as const;

/** Where the machine's Chromium is. @throws with what to install when there is none */
export function chromiumPath(): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find(isExecutable);
  if (found === undefined)
    throw new Error("chromium is missing: install Debian's package chromium (apt-get install chromium)");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A real Chromium; `await using` ends it. One for a file of tests: each visitor has a context of its own in it. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: [...flags] });
