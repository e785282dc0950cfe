import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { PinnedTarget } from '#notify/channel-tools.ts';

export interface SmtpAccount {
  /** Where TLS begins: with the connection, after STARTTLS (and nothing is said before), or not at all. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** PEM; absent: the authorities that Node knows. */
  readonly ca: string | undefined;
  /** How we greet. */
  readonly name: string | undefined;
}

/** How far a message came before something failed. */
export type SmtpStage = 'connect' | 'login' | 'envelope' | 'data';

/** What a server refused, or a connection failed of. */
export class SmtpFailure extends Error {
  override readonly name = 'SmtpFailure';
  readonly stage: SmtpStage;
  /** RFC 5321 §4.2: 4xx not now, 5xx never; null: nobody answered. */
  readonly code: number | null;

  constructor(stage: SmtpStage, error: unknown) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
    this.stage = stage;
    const { responseCode } =
      error instanceof Error && 'responseCode' in error ? error : { responseCode: null };
    this.code = typeof responseCode === 'number' ? responseCode : null;
  }
}

/** Longer than any message may take: who waits for one aborts earlier. */
const silenceMs = 60_000;

/** One connection to a mail server, signed in: takes one message after the other. */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  #isBroken = false;
  #fail: (error: unknown) => void = () => {};

  private constructor(target: PinnedTarget, { ca, name, security }: SmtpAccount) {
    this.#connection = new SMTPConnection({
      host: target.address,
      port: target.port,
      servername: target.host,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
      connectionTimeout: silenceMs,
      greetingTimeout: silenceMs,
      socketTimeout: silenceMs,
      socketCloseTimeout: 0,
      maxResponseSize: 64 * 1_024,
      ...(name === undefined ? {} : { name }),
    });
    // The library tells of most failures here, and leaves the callback of what was under way uncalled.
    this.#connection.on('error', (error: unknown) => this.#break(error));
    this.#connection.on('end', () => this.#break(new Error('the server closed the connection')));
  }

  /** Rejects with SmtpFailure. */
  static async open(target: PinnedTarget, account: SmtpAccount, signal: AbortSignal): Promise<SmtpSession> {
    const session = new SmtpSession(target, account);
    const { password, user } = account;
    await session.#step('connect', signal, (done) => session.#connection.connect(done));
    if (user !== undefined && password !== undefined)
      await session.#step('login', signal, (done) =>
        session.#connection.login({ credentials: { user, pass: password } }, done),
      );
    return session;
  }

  get isUsable(): boolean {
    return !this.#isBroken;
  }

  /** Answers what the server said when it took the message. Rejects with SmtpFailure; the session may be usable still. */
  async send(message: Buffer, envelope: { from: string; to: string }, signal: AbortSignal): Promise<string> {
    return await this.#step('data', signal, (done) =>
      this.#connection.send({ ...envelope, size: message.length }, message, (error, info) =>
        done(error ?? undefined, info?.response ?? ''),
      ),
    );
  }

  /** Asks whether the server is still there, and forgets a message that was begun. Rejects with SmtpFailure. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#step('connect', signal, (done) =>
      this.#connection.reset((error) => done(error ?? undefined)),
    );
  }

  close(): void {
    this.#isBroken = true;
    this.#connection.close();
  }

  #break(error: unknown): void {
    this.#isBroken = true;
    this.#fail(error);
  }

  async #step<T>(
    stage: SmtpStage,
    signal: AbortSignal,
    run: (done: (error?: unknown, result?: T) => void) => void,
  ): Promise<T> {
    const { promise, reject, resolve } = Promise.withResolvers<T>();
    const fail = (error: unknown): void => reject(new SmtpFailure(stageOf(error) ?? stage, error));
    const abort = (): void => {
      fail(new Error('took too long'));
      this.close();
    };
    this.#fail = fail;
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (signal.aborted) abort();
      else if (this.#isBroken) fail(new Error('the connection is closed'));
      else run((error, result) => (error ? fail(error) : resolve(result as T)));
      return await promise;
    } catch (error) {
      if (stage === 'connect' || stage === 'login') this.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#fail = () => {};
    }
  }
}

/** The library names the command that was refused; one of the envelope cannot have brought the message in. */
function stageOf(error: unknown): SmtpStage | null {
  const command = error instanceof Error && 'command' in error ? error.command : null;
  return command === 'MAIL FROM' || command === 'RCPT TO' ? 'envelope' : null;
}
