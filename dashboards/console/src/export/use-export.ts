import { onScopeDispose, ref } from 'vue';
import { answerOf } from '../api/client.ts';
import { ApiProblem, problemOf } from '../api/problem.ts';
import { useApi } from '../api/use-api.ts';
import { collect, save } from './collect.ts';
import {
  type ExportChoice,
  type ExportSelection,
  exportQuery,
  leftOutOf,
  nameOf,
  newExportId,
} from './export-query.ts';

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly share: number; readonly rows: number; readonly bytes: number }
  | {
      readonly kind: 'done';
      readonly name: string;
      readonly rows: number | null;
      readonly bytes: number;
      readonly leftOut: readonly string[];
    }
  | { readonly kind: 'failed'; readonly error: unknown };

const lookEveryMs = 700;

/** One export at a time: begins it, follows it, saves it when it is whole. What breaks off is not saved. */
export function useExport() {
  const api = useApi();
  const state = ref<ExportState>({ kind: 'idle' });
  let running: AbortController | null = null;
  const stop = (): void => running?.abort();
  onScopeDispose(stop);

  const lookAt = (id: string) =>
    answerOf(api.GET('/api/v1/exports/{id}', { params: { path: { id } } })).catch(() => null);

  async function begin(selection: ExportSelection, choice: ExportChoice): Promise<void> {
    stop();
    const mine = new AbortController();
    running = mine;
    const id = newExportId();
    const isMine = (): boolean => running === mine && !mine.signal.aborted;
    state.value = { kind: 'running', share: 0, rows: 0, bytes: 0 };
    const timer = setInterval(() => {
      void lookAt(id).then((run) => {
        if (run && isMine() && state.value.kind === 'running')
          state.value = { ...state.value, share: run.share, rows: run.rows };
      });
    }, lookEveryMs);
    try {
      const { data, error, response } = await api.GET('/api/v1/readings/export', {
        params: { query: exportQuery(selection, choice, id) },
        parseAs: 'stream',
        signal: mine.signal,
      });
      if (error instanceof ApiProblem) throw error;
      if (!response.ok || !(data instanceof ReadableStream)) throw problemOf(error, response);
      const file = await collect(data, (bytes) => {
        if (isMine() && state.value.kind === 'running') state.value = { ...state.value, bytes };
      });
      if (!isMine()) return;
      const name = nameOf(response.headers.get('content-disposition')) ?? `readings.${choice.format}`;
      save(file, name);
      const leftOut = leftOutOf(response.headers.get('gridbell-left-out'));
      const rows = (await lookAt(id))?.rows ?? null;
      if (isMine()) state.value = { kind: 'done', name, rows, bytes: file.size, leftOut };
    } catch (error) {
      if (running !== mine) return;
      state.value = mine.signal.aborted ? { kind: 'idle' } : { kind: 'failed', error: brokenOff(error) };
    } finally {
      clearInterval(timer);
    }
  }

  return { state, begin, stop };
}

/** A body that is not whole has no answer of its own. */
const brokenOff = (error: unknown): unknown =>
  error instanceof ApiProblem
    ? error
    : new ApiProblem({ status: 0, code: 'unreachable', detail: String(error) });
