import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runningApi } from '#tests/api/support/running-api.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the console', () => {
  it('is built', () => {
    expect(existsSync('dashboards/console/dist/index.html'), 'run npm run build:console').toBe(true);
  });

  it.each(['/', '/alarms', '/devices/smoke-b3-05?range=7d'])('is the page at %s', async (url) => {
    await using api = await runningApi();
    const answer = await api.app.inject({ url, headers: browser });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
    expect(answer.headers['content-security-policy']).not.toContain('unsafe-eval');
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.body).toContain('<div id="app">');
  });

  it('comes compressed to who takes that, with files that are kept for ever', async () => {
    await using api = await runningApi();
    const { body } = await api.app.inject({ url: '/', headers: browser });
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(body)?.[1] ?? '';
    const plain = await api.app.inject({ url: script });
    const brotli = await api.app.inject({ url: script, headers: { 'accept-encoding': 'br, gzip' } });
    expect(plain.headers['cache-control']).toContain('immutable');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    expect(brotli.headers['content-type']).toBe(plain.headers['content-type']);
  });

  it.each([
    ['/api/v1/nothing', browser],
    ['/assets/nothing.js', browser],
    ['/health/nothing', browser],
    ['/alarms', { accept: 'application/json' }],
    ['/assets/..%2f..%2fpackage.json', browser],
    ['/assets/%00', browser],
  ])('is not what %s answers', async (url, headers) => {
    await using api = await runningApi();
    const answer = await api.app.inject({ url, headers });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    // Or a file that is missing for a moment, as while a new version is put in, is missing in that browser for a year.
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('has a head for whoever watches over it', async () => {
    await using api = await runningApi();
    const answer = await api.app.inject({ method: 'HEAD', url: '/' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe('');
  });

  it('is nothing that one can post to', async () => {
    await using api = await runningApi();
    const answer = await api.app.inject({ method: 'POST', url: '/alarms', headers: browser });
    expect(answer.statusCode).toBe(404);
  });

  it('is at hand soon on a slow line: what it loads before any page, and the words of a language, are no more than 165 kB', () => {
    const folder = 'dashboards/console/dist';
    const html = readFileSync(`${folder}/index.html`, 'utf8');
    const first = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.(?:js|css))"/g)].map(
      ([, name = '']) => name,
    );
    expect(first.length).toBeGreaterThan(1);
    const sizeOf = (name: string): number => gzipSync(readFileSync(`${folder}/assets/${name}`)).length;
    const all = readdirSync(`${folder}/assets`);
    for (const language of ['zh', 'en']) {
      const words = all.filter((name) => new RegExp(`^words-${language}-[\\w-]+\\.js$`).test(name));
      const [frame] = words.filter((name) => name.startsWith(`words-${language}-first-`));
      expect(frame, `the first words of ${language} come by themselves`).toBeDefined();
      expect(first.filter((name) => words.includes(name))).toEqual([]);
      expect([...first, frame ?? ''].reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(165_000);
      // Those of a page come with it.
      expect(words.length).toBeGreaterThan(30);
      expect(words.filter((name) => sizeOf(name) > 12_000)).toEqual([]);
    }
  });
});
