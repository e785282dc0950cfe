'use strict';

/**
 * Why Gridbell did not do what it was asked for. `status` is that of the answer, 0 where there was none; `code` is stable
 * (docs/errors.md of Gridbell). `isTemporary`: the same request may succeed later; `afterMs`: not before that.
 */
class Refusal extends Error {
  constructor(message, { status, code, isTemporary, afterMs = null, problem = {}, cause }) {
    super(message, { cause });
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.isTemporary = isTemporary;
    this.afterMs = afterMs;
    this.problem = problem;
  }

  /** No answer: `cause` says whether nobody listens, the name is unknown, or the time was over. */
  static unreachable(cause) {
    const why = cause.code ?? cause.message;
    return new Refusal(String(why), { status: 0, code: 'unreachable', isTemporary: true, cause });
  }

  /** Of an answer that is no success. */
  static of({ status, headers, body }) {
    const problem = body !== null && typeof body === 'object' ? body : {};
    const detail = problem.detail ?? problem.title ?? `HTTP ${status}`;
    const issues = Array.isArray(problem.issues) ? problem.issues.map(issueText) : [];
    const after = Number(headers['retry-after']);
    return new Refusal([detail, ...issues].join(' · '), {
      status,
      code: typeof problem.code === 'string' ? problem.code : `http-${status}`,
      isTemporary: isTemporary(status, problem),
      afterMs: Number.isFinite(after) && after > 0 ? after * 1_000 : null,
      problem,
    });
  }
}

const issueText = ({ message, path }) => [path, message].filter(Boolean).join(': ');

/** Of a token that is not valid a person may make a new one: what waits until then is not lost. Else Gridbell says it itself. */
function isTemporary(status, { retry }) {
  if (status === 401) return true;
  if (typeof retry === 'boolean' && status !== 409) return retry;
  return status === 408 || status === 429 || status >= 500;
}

module.exports = { Refusal };
