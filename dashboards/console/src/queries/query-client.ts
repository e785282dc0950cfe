import { QueryClient } from '@tanstack/vue-query';
import { ApiProblem } from '../api/problem.ts';

const mostRetries = 2;

/** Holds everything that was read from the server: the one place of its state on the page. */
export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      // Whether the browser thinks that it is online says nothing of a platform in the same house: always ask.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        // The stream says when something changed; this is for what it does not tell.
        staleTime: 30_000,
        retry: (failures, error) => error instanceof ApiProblem && error.isPassing && failures < mostRetries,
        refetchOnWindowFocus: true,
      },
    },
  });
