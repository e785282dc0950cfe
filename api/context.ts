import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Caller } from '#api/caller.ts';
import type { ConfigurationCache } from '#api/configuration-cache.ts';
import { type OpenWork, openWorkOf } from '#api/open-work.ts';
import type { PacedReading } from '#api/paced-reading.ts';
import type { ApiPlatform, ApiReader } from '#api/ports.ts';
import type { TaskId } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import type { Command, ResourceChange } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';
import type { Task } from '#model/task.ts';
import type { Rule } from '#rules/language/rule.ts';

/** A Fastify instance whose schemas are TypeBox. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface ContextParts {
  readonly platform: ApiPlatform;
  readonly reader: ApiReader;
  readonly configuration: ConfigurationCache;
  readonly wallClock: Clock;
  readonly emergencyNumber?: string | undefined;
}

/** What every route works with. */
export class ApiContext {
  readonly platform: ApiPlatform;
  readonly reader: ApiReader;
  readonly wallClock: Clock;
  /** For residents' calls for help that nobody takes. */
  readonly emergencyNumber: string;
  readonly openWork: PacedReading<OpenWork>;
  readonly #configuration: ConfigurationCache;

  constructor(parts: ContextParts) {
    this.platform = parts.platform;
    this.reader = parts.reader;
    this.wallClock = parts.wallClock;
    this.emergencyNumber = parts.emergencyNumber ?? '120';
    this.openWork = openWorkOf(parts.reader);
    this.#configuration = parts.configuration;
  }

  get configuration(): Configuration {
    return this.#configuration.current();
  }

  /** The rule as it stands now; undefined: there is none (any more), or it does not load. */
  rule(id: string): Rule | undefined {
    return this.#configuration.rule(id);
  }

  /** @throws GridbellError `not-found`. */
  task(id: string): Task {
    const task = this.reader.task(id as TaskId);
    if (!task) throw new GridbellError('not-found', `There is no task ${id}.`);
    return task;
  }

  /** Asks the engine; resolves after commit. A GridbellError tells why not. */
  async execute(caller: Caller, command: Command): Promise<unknown> {
    try {
      return await this.platform.execute(caller.actor, command);
    } finally {
      // Also after a failure: the answer may have been lost (timed out) while the change was made.
      if (command.name === 'change') this.#configuration.invalidate();
    }
  }

  /** Changes resources, whole or not at all. */
  async change(
    caller: Caller,
    change: {
      readonly expect: 'absent' | 'present' | 'any';
      readonly changes: readonly ResourceChange[];
      readonly reason: string;
      readonly versions?: Readonly<Record<string, number>>;
    },
  ): Promise<void> {
    await this.execute(caller, { name: 'change', ...change });
  }
}
