import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { calm } from './calm.ts';

export interface PictureOptions {
  readonly file: string;
  readonly format: 'webp' | 'png';
  /** CSS pixels; what is below is left out. */
  readonly maxHeight: number;
}

const quality = 80;

/** A picture of the whole page, as in a window that is as tall as the page. Playwright writes no WebP, so Chromium does. */
export async function takePicture(page: Page, { file, format, maxHeight }: PictureOptions): Promise<void> {
  const window = page.viewportSize();
  if (!window) throw new Error('a page without a window has no picture');
  await calm(page);
  const wanted: number = await page.locator(':root').evaluate((root) => root.scrollHeight);
  await page.setViewportSize({ ...window, height: Math.min(Math.max(wanted, window.height), maxHeight) });
  await calm(page);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format,
    ...(format === 'webp' ? { quality } : {}),
  });
  await session.detach();
  await page.setViewportSize(window);
  await writeFile(file, Buffer.from(data, 'base64'));
}
