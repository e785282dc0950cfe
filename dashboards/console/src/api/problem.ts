/** What went wrong with a request; `code` as in docs/errors.md, `unreachable` when no answer came at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** 409: what stands instead. */
  readonly standing: unknown;
  readonly retryAfterS: number | null;

  constructor(given: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly standing?: unknown;
    readonly retryAfterS?: number | null;
  }) {
    super(given.detail);
    this.name = 'ApiProblem';
    this.status = given.status;
    this.code = given.code;
    this.standing = given.standing;
    this.retryAfterS = given.retryAfterS ?? null;
  }

  /** Nothing was wrong with the request: it may work in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

type Fields = Readonly<Record<string, unknown>>;
const textOf = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

/** Of an answer that is no success; a proxy in between may answer something that is no problem document. */
export function problemOf(body: unknown, response: Response): ApiProblem {
  const fields = typeof body === 'object' && body !== null ? (body as Fields) : {};
  const retryAfter = Number(response.headers.get('retry-after'));
  return new ApiProblem({
    status: response.status,
    code: textOf(fields['code'], 'internal'),
    detail: textOf(fields['detail'], response.statusText),
    standing: fields['standing'],
    retryAfterS: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  });
}
