import { cutTo, oneLine } from '#notify/channels/text-limits.ts';

/** Shorter ones would black out half of every sentence, and are no secrets. */
const shortest = 6;
const longestBecause = 200;

/**
 * Keeps what is secret out of what operators read: receivers and libraries like to repeat what they were sent. It knows a
 * secret as it is written, as it stands in a URL, and in base64; and of a secret URL each part that could open anything.
 */
export class Discretion {
  readonly #written: readonly string[];

  constructor(secrets: readonly (string | undefined)[]) {
    const parts = secrets
      .filter((secret) => secret !== undefined)
      .flatMap((secret) => [secret, ...partsOf(secret)]);
    const forms = parts.flatMap((part) => [
      part,
      encodeURIComponent(part),
      JSON.stringify(part).slice(1, -1),
      Buffer.from(part).toString('base64'),
    ]);
    // The longest first: a part blacked out within a whole would leave the rest of it to be read.
    this.#written = [...new Set(forms)]
      .filter(({ length }) => length >= shortest)
      .sort((one, other) => other.length - one.length);
  }

  /** One line, at most 200 characters, with `***` where something secret was. */
  of(text: string): string {
    const hidden = this.#written.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return cutTo(oneLine(hidden), longestBecause);
  }
}

function partsOf(secret: string): string[] {
  // `Bearer TOKEN`
  const words = secret.split(/\s+/);
  if (words.length > 1) return words;
  const url = URL.canParse(secret) ? new URL(secret) : null;
  if (url === null || url.host === '') return [];
  const segments = url.pathname.split('/').filter((segment) => segment.length >= 16);
  return [url.search.slice(1), ...url.searchParams.values(), ...segments, url.password].filter(Boolean);
}
