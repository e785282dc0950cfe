import { type ApiClient, until } from './api-client.ts';
import { Scrape } from './scrape.ts';

const threads = ['broker', 'engine', 'history'] as const;

/** Whether each thread has answered for it: a busy machine may not let one, and its last answer may be of before. */
export const isFresh = (scrape: Scrape): boolean =>
  threads.every((thread) => scrape.get(`gridbell_thread_up{thread="${thread}"}`) === 1);

/**
 * Waits until what stands in the inbox now has gone through the engine, and history has what came of it.
 */
export async function caughtUp(client: ApiClient): Promise<void> {
  const look = () => until(() => Scrape.of(client), isFresh);
  // One that was asked for before may be answered now, to all who ask meanwhile.
  await look();
  const position = (await look()).get('gridbell_inbox_position');
  await until(
    look,
    (scrape) =>
      scrape.get('gridbell_inbox_position') - scrape.get('gridbell_engine_lag_records') >= position &&
      scrape.get('gridbell_history_backlog_batches') === 0,
  );
}
