import { onScopeDispose, ref, shallowRef } from 'vue';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';

export type BacktestView = AnswerOf<'postRulesIdBacktest'>;

/** Epoch ms; from ≤ t < to. */
export interface TriedRange {
  readonly from: number;
  readonly to: number;
}

/** One backtest at a time; leaving the page, or another one, calls off what runs. */
export function useBacktest() {
  const api = useApi();
  const result = shallowRef<BacktestView | null>(null);
  const error = shallowRef<unknown>(null);
  const isRunning = ref(false);
  let running: AbortController | null = null;

  function stop(): void {
    running?.abort();
    running = null;
    isRunning.value = false;
  }
  onScopeDispose(stop);

  /** `draft`: YAML text, instead of the rule that stands. */
  async function run(id: string, { from, to }: TriedRange, draft?: string): Promise<void> {
    stop();
    const mine = new AbortController();
    running = mine;
    isRunning.value = true;
    error.value = null;
    const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const body = { ...range, ...(draft === undefined ? {} : { rule: draft }) };
    try {
      const answer = await answerOf(
        api.POST('/api/v1/rules/{id}/backtest', { params: { path: { id } }, body, signal: mine.signal }),
      );
      if (running === mine) result.value = answer;
    } catch (failure) {
      if (running === mine) error.value = failure;
    } finally {
      if (running === mine) stop();
    }
  }
  return { result, error, isRunning, run, stop };
}
