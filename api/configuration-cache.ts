import type { ApiReader } from '#api/ports.ts';
import type { Configuration } from '#model/configuration.ts';

/**
 * The community as the API sees it: read once, again after it changed. One for all API instances of a process, since a
 * change may come in by any of them; whoever changes the configuration otherwise calls `invalidate`.
 */
export class ConfigurationCache {
  readonly #reader: Pick<ApiReader, 'configuration'>;
  #current: Configuration | undefined;

  constructor(reader: Pick<ApiReader, 'configuration'>) {
    this.#reader = reader;
  }

  current(): Configuration {
    this.#current ??= this.#reader.configuration();
    return this.#current;
  }

  invalidate(): void {
    this.#current = undefined;
  }
}
