import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { GridbellError, messageOf } from '#model/errors.ts';

/** Where it is and as whom. A token goes with `Token`, a name and password as Basic. */
export interface InfluxTarget {
  readonly url: string;
  /** Database of 1.x, or of 3; bucket of 2.x, which then wants `org`. */
  readonly database: string;
  readonly org: string | null;
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
}

/** A table of an answer: rows hold what `columns` name, `time` in epoch ms. */
export interface Table {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

/** A line that the server refuses for what it is; others of its write stay. */
export interface RefusedLine {
  /** Index into what was written. */
  readonly index: number;
  readonly reason: string;
}

export type Precision = 'ms' | 'ns';

interface Result {
  readonly error?: string;
  readonly series?: readonly (Partial<Table> & { readonly partial?: boolean })[];
  readonly partial?: boolean;
}
interface Answer {
  readonly error?: string;
  readonly results?: readonly Result[];
}

/** A series of more rows is made of pieces by 1.x, and is called partial though it is whole. */
const rowsAPiece = 10_000;

const isCutShort = ({ partial, series = [] }: Result): boolean =>
  partial === true ||
  series.some((each) => each.partial === true && (each.values?.length ?? 0) <= rowsAPiece);

const timeoutMs = 60_000;
/** What it says of itself is asked often, and beside the readings. */
const glanceMs = 5_000;
/** Lines in one write: a refused one among them is looked for by halves. */
const mostLines = 5_000;

/** Of an answer that is none. */
const mostQuoted = 200;

/** One InfluxDB over HTTP: line protocol in, InfluxQL out. */
export class InfluxServer {
  readonly #target: InfluxTarget;
  readonly #client: InfluxDB;

  constructor(target: InfluxTarget) {
    this.#target = target;
    this.#client = new InfluxDB({ url: target.url, headers: this.#headers(), timeout: timeoutMs });
  }

  /** Tables of each statement, in their order. Throws `not-ready` when it does not answer, `invalid-input` never. */
  async query(statements: readonly string[]): Promise<readonly (readonly Table[])[]> {
    if (statements.length === 0) return [];
    const { url, database } = this.#target;
    const parameters = new URLSearchParams({ db: database, epoch: 'ms' });
    const response = await fetch(`${url.replace(/\/$/, '')}/query?${parameters.toString()}`, {
      method: 'POST',
      headers: { ...this.#headers(), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ q: statements.join(';') }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw away(error);
    });
    const text = await response.text().catch((error: unknown) => {
      throw away(error);
    });
    const answer = parsedAnswer(text);
    const results = Array.isArray(answer.results) ? answer.results : [];
    const failure = answer.error ?? results.find(({ error }) => error !== undefined)?.error;
    if (!response.ok || failure !== undefined)
      throw new GridbellError(
        'not-ready',
        `InfluxDB refuses (${response.status}): ${failure ?? 'no reason'}`,
      );
    if (results.some((result) => isCutShort(result)))
      throw new GridbellError(
        'not-ready',
        'InfluxDB cuts its answers short (max-row-limit in its [http]): set it to 0',
      );
    // A gateway, or another server at that address: an answer that says nothing must not read as nothing being there.
    if (results.length < statements.length)
      throw new GridbellError(
        'not-ready',
        `what answers at ${url} is no InfluxDB, or was cut off: ${text.slice(0, mostQuoted)}`,
      );
    return statements.map((_, index) =>
      (results[index]?.series ?? []).map(({ name = '', tags = {}, columns = [], values = [] }) => ({
        name,
        tags,
        columns,
        values,
      })),
    );
  }

  /** What stands at one of its own paths. Throws `not-ready`. */
  async get(path: string): Promise<string> {
    const response = await fetch(`${this.#target.url.replace(/\/$/, '')}${path}`, {
      headers: this.#headers(),
      signal: AbortSignal.timeout(glanceMs),
    }).catch((error: unknown) => {
      throw away(error);
    });
    const text = await response.text().catch((error: unknown) => {
      throw away(error);
    });
    if (!response.ok) throw new GridbellError('not-ready', `InfluxDB refuses ${path} (${response.status})`);
    return text;
  }

  /** Resolves when all lines are stored but for those that it answers; throws `not-ready` when a later try may succeed. */
  async write(lines: readonly string[], precision: Precision = 'ms'): Promise<readonly RefusedLine[]> {
    const refused: RefusedLine[] = [];
    for (let from = 0; from < lines.length; from += mostLines)
      await this.#writeSome(lines, {
        from,
        to: Math.min(from + mostLines, lines.length),
        precision,
        refused,
      });
    return refused;
  }

  /** A refusal does not say which lines it means: each half is tried alone. Writing a line again changes nothing. */
  async #writeSome(
    lines: readonly string[],
    part: {
      readonly from: number;
      readonly to: number;
      readonly precision: Precision;
      readonly refused: RefusedLine[];
    },
  ): Promise<void> {
    const { from, to } = part;
    const refusal = await this.#send(lines.slice(from, to), part.precision);
    if (refusal === null) return;
    if (to - from === 1) {
      part.refused.push({ index: from, reason: refusal });
      return;
    }
    const middle = (from + to) >>> 1;
    await this.#writeSome(lines, { ...part, to: middle });
    await this.#writeSome(lines, { ...part, from: middle });
  }

  /** Null: stored; else why something of it is not. */
  async #send(lines: readonly string[], precision: Precision): Promise<string | null> {
    const { database, org } = this.#target;
    const api = this.#client.getWriteApi(org ?? '', database, precision, {
      // The client swallows the failure of a batch that it flushes by itself: it must never do so.
      batchSize: mostLines + 1,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      maxRetries: 0,
      // It stands near: packing costs more than it saves.
      gzipThreshold: Number.MAX_SAFE_INTEGER,
      // Answered here, it is not printed by the client.
      writeFailed: (error) => Promise.reject(error),
    });
    if (org === null) api.path = `/write?${new URLSearchParams({ db: database, precision }).toString()}`;
    try {
      api.writeRecords([...lines]);
      await api.flush();
      return null;
    } catch (error) {
      if (error instanceof HttpError && (error.statusCode === 400 || error.statusCode === 413))
        return error.body ?? error.message;
      throw away(error);
    }
  }

  #headers(): Record<string, string> {
    const { token, username, password } = this.#target;
    if (token !== null) return { authorization: `Token ${token}` };
    if (username === null) return {};
    return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
  }
}

/** Whether the server answered, or was only slow: then it did not begin anew. A gateway answers for one that is away. */
export function isAnswer(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof HttpError) return cause.statusCode < 502 || cause.statusCode > 504;
  if (cause instanceof Error && /timeout|timed ?out|abort/i.test(cause.name)) return true;
  return error instanceof GridbellError && !(error.cause instanceof Error);
}

/** The cause says what the network said; fetch itself says only that it failed. */
const away = (error: unknown): GridbellError => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new GridbellError('not-ready', `InfluxDB does not take or answer: ${messageOf(cause)}`, {
    cause: error,
  });
};

function parsedAnswer(text: string): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return { error: text.slice(0, mostQuoted) };
  }
}
