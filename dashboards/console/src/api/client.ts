import createClient from 'openapi-fetch';
import { ApiProblem, problemOf } from './problem.ts';
import type { paths } from './schema.ts';

export interface ApiClientOptions {
  /** Of texts that the server writes; asked before each request. */
  readonly language: () => string;
  /** A session that stood has ended: whoever shows pages asks to sign in again. */
  readonly onSignedOut: () => void;
}

/** Gridbell's API, typed from its own OpenAPI document. The session's cookie goes along by itself. */
export function createApiClient({ language, onSignedOut }: ApiClientOptions) {
  const client = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
  client.use({
    onRequest({ request }) {
      request.headers.set('accept-language', language());
      return request;
    },
    onResponse({ request, response }) {
      const isSignIn = new URL(request.url).pathname === '/api/v1/session';
      if (response.status === 401 && !isSignIn) onSignedOut();
    },
    onError({ error }) {
      return new ApiProblem({ status: 0, code: 'unreachable', detail: String(error) });
    },
  });
  return client;
}

export type ApiClient = ReturnType<typeof createApiClient>;

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer; throws an ApiProblem when there is none. */
export async function answerOf<Data>(request: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await request;
  if (error instanceof ApiProblem) throw error;
  if (!response.ok || data === undefined || data === null) throw problemOf(error, response);
  return data;
}

/** For requests that answer 204. */
export async function doneOf(request: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await request;
  if (error instanceof ApiProblem) throw error;
  if (!response.ok) throw problemOf(error, response);
}
