import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLive } from '../../../dashboards/console/src/live/live.ts';
import { openServerEvents, type StreamNews } from '../../../dashboards/console/src/live/server-events.ts';

/** A line that says what the test says. */
class Line extends EventTarget {
  static readonly all: Line[] = [];
  readonly url: string;
  isClosed = false;

  constructor(url: string) {
    super();
    this.url = url;
    Line.all.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
  opens(): void {
    this.dispatchEvent(new Event('open'));
  }
  says(name: string, lastEventId = ''): void {
    this.dispatchEvent(new MessageEvent(name, { data: '{}', lastEventId }));
  }
}

const newest = (): Line => Line.all.at(-1) ?? expect.fail('no line was opened');

describe('the stream of the console', () => {
  const news: StreamNews[] = [];
  const kinds = (): readonly string[] => news.map(({ kind }) => kind);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', Line);
    Line.all.length = 0;
    news.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('takes silence for a loss, and goes on behind the last event', () => {
    const stream = openServerEvents((each) => news.push(each));
    newest().opens();
    newest().says('alarm', '17');
    vi.advanceTimersByTime(46_000);
    expect(kinds()).toEqual(['open', 'event', 'lost']);
    expect(Line.all[0]?.isClosed).toBe(true);
    vi.advanceTimersByTime(2_000);
    expect(newest().url).toContain('lastEventId=17');
    newest().opens();
    expect(kinds()).toEqual(['open', 'event', 'lost', 'open']);
    stream.close();
  });

  it('stands as long as the server tells its time', () => {
    const stream = openServerEvents((each) => news.push(each));
    newest().opens();
    for (let told = 0; told < 10; told += 1) {
      vi.advanceTimersByTime(15_000);
      newest().says('clock');
    }
    expect(kinds()).not.toContain('lost');
    expect(Line.all).toHaveLength(1);
    stream.close();
  });

  it('tries again where a line is taken and never answers, and leaves no timer behind when it is closed', () => {
    const stream = openServerEvents((each) => news.push(each));
    vi.advanceTimersByTime(120_000);
    expect(Line.all.length).toBeGreaterThan(2);
    expect(kinds()).toEqual(['lost']);
    stream.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has everything read again whenever it stands anew, and not when it stands first', () => {
    vi.stubGlobal('window', {});
    const live = createLive(() => {});
    const again = vi.fn();
    live.onResumed(again);
    live.start('wu-gang');
    newest().opens();
    expect(again).not.toHaveBeenCalled();
    // As the shared stream says it to a page that was asleep, and thinks that it stands.
    newest().opens();
    expect(again).toHaveBeenCalledTimes(1);
    // The page wakes before its stream does.
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(5_000);
    expect(live.state.value).toBe('lost');
    vi.advanceTimersByTime(2_000);
    newest().opens();
    expect(live.state.value).toBe('live');
    expect(again).toHaveBeenCalledTimes(2);
    live.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
