import type { PlaceId } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import type { Log } from '#model/log.ts';

/** An address that was looked up and may be talked to; connect to `address`, and to nothing that is looked up again. */
export interface PinnedTarget {
  /** As it was written: for TLS' server name and the Host header. */
  readonly host: string;
  readonly port: number;
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly family: 4 | 6;
}

/** The target lies in a network of the machine's own, or is no target; nothing was sent. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

export interface HttpRequest {
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 64 KiB of it. */
  readonly text: string;
}

/** What a channel may use of the world. Nothing else reaches outside, so that one place guards where messages go. */
export interface ChannelTools {
  readonly clock: Clock;
  readonly log: Log;
  /**
   * HTTP and HTTPS, to targets that are allowed only, redirects not followed. Rejects with `TargetRefused`, or with what
   * the connection failed of; notify/http-answer.ts makes answers of both.
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** For protocols other than HTTP. Rejects with `TargetRefused`, or when the name is not known. */
  resolve(host: string, port: number): Promise<PinnedTarget>;
  /**
   * Fills a Liquid template of the installation with a dispatch's `fields`; `| json` writes a JSON string. No files, bounded
   * in time and length. Throws GridbellError `invalid-input` for a template that is none.
   */
  render(template: string, fields: Readonly<Record<string, string | number | boolean | null>>): string;
  /** The installation's own, made at the first start (RFC 8292); base64url. `subject`: `mailto:` or the public URL. */
  readonly vapid: { readonly publicKey: string; readonly privateKey: string; readonly subject: string };
  /** Whether a place of the community is another one or lies in it; false where one of them is none. */
  isWithin(place: PlaceId, ancestor: PlaceId): boolean;
  /**
   * Asks a device of this installation to do something, as POST /devices/{id}/command does; `id` makes a repeat one. Resolves
   * when it is written down: the broker brings it. Rejects with GridbellError `not-found` for an unknown device.
   */
  commandDevice(command: {
    readonly device: string;
    readonly id: string;
    readonly command: string;
    readonly args: Readonly<Record<string, unknown>>;
  }): Promise<void>;
}
