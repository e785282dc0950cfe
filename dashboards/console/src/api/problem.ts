/** One thing that is wrong with a rule; line and column count from 1. */
export interface RuleProblem {
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  /** Absent: the words are of CEL or YAML, and have no translation. */
  readonly code?: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** One thing that is wrong with what was sent, and where it stands there: `line 3`, `claims[0], place`. */
export interface Issue {
  readonly path: string;
  /** In the server's words. */
  readonly message: string;
  /** Why, from a list: what there are words for in every language. */
  readonly reason?: string;
}

/** What went wrong with a request; `code` as in docs/errors.md, `unreachable` when no answer came at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** 409: what stands instead. */
  readonly standing: unknown;
  readonly retryAfterS: number | null;
  /** What is wrong with a rule, each with where. */
  readonly problems: readonly RuleProblem[];
  /** What is wrong with what was sent, each with where. */
  readonly issues: readonly Issue[];

  constructor(given: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly standing?: unknown;
    readonly retryAfterS?: number | null;
    readonly problems?: readonly RuleProblem[];
    readonly issues?: readonly Issue[];
  }) {
    super(given.detail);
    this.name = 'ApiProblem';
    this.status = given.status;
    this.code = given.code;
    this.standing = given.standing;
    this.retryAfterS = given.retryAfterS ?? null;
    this.problems = given.problems ?? [];
    this.issues = given.issues ?? [];
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
    problems: ruleProblems(fields['problems']),
    issues: issuesIn(fields['issues']),
    retryAfterS: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  });
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const paramsOf = (given: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(typeof given === 'object' && given !== null ? given : {}).map(([name, value]) => [
      name,
      String(value),
    ]),
  );

function issuesIn(given: unknown): readonly Issue[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  return list.map((entry) => {
    const fields = typeof entry === 'object' && entry !== null ? (entry as Fields) : {};
    return {
      path: textOf(fields['path'], ''),
      message: textOf(fields['message'], ''),
      ...(typeof fields['reason'] === 'string' ? { reason: fields['reason'] } : {}),
    };
  });
}

function ruleProblems(given: unknown): readonly RuleProblem[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  return list.map((entry) => {
    const fields = typeof entry === 'object' && entry !== null ? (entry as Fields) : {};
    return {
      path: textOf(fields['path'], ''),
      line: numberOf(fields['line']),
      column: numberOf(fields['column']),
      message: textOf(fields['message'], ''),
      ...(typeof fields['code'] === 'string'
        ? { code: fields['code'], params: paramsOf(fields['params']) }
        : {}),
    };
  });
}
