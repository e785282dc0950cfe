import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

export interface PictureOptions {
  readonly file: string;
  readonly format: 'webp' | 'png';
  /** CSS pixels; what is below is left out. */
  readonly maxHeight: number;
}

const quality = 80;

/** A picture of the whole page, with what one would have to scroll to. Playwright writes no WebP, so Chromium does. */
export async function takePicture(page: Page, { file, format, maxHeight }: PictureOptions): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize } = await session.send('Page.getLayoutMetrics');
  const { data } = await session.send('Page.captureScreenshot', {
    format,
    ...(format === 'webp' ? { quality } : {}),
    captureBeyondViewport: true,
    clip: {
      x: 0,
      y: 0,
      width: cssContentSize.width,
      height: Math.min(cssContentSize.height, maxHeight),
      scale: 1,
    },
  });
  await session.detach();
  await writeFile(file, Buffer.from(data, 'base64'));
}
