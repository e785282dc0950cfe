import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { type PinnedTarget, TargetRefused } from '#notify/channel-tools.ts';

/** What is allowed although it lies inside: host names, addresses, and networks in CIDR notation. */
export interface AllowedTargets {
  readonly hosts: ReadonlySet<string>;
  readonly networks: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];
}

/** Reads `notify-allow-targets`. Throws an Error that names the part that is none of these. */
export function parseAllowedTargets(text: string): AllowedTargets {
  const hosts = new Set<string>();
  const networks: (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[] = [];
  for (const part of text.split(',').map((each) => each.trim().toLowerCase())) {
    if (part === '') continue;
    if (ipaddr.isValidCIDR(part)) networks.push(ipaddr.parseCIDR(part));
    else if (ipaddr.isValid(part)) {
      const address = ipaddr.process(part);
      networks.push([address, address.kind() === 'ipv4' ? 32 : 128]);
    } else if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(part)) hosts.add(part);
    else throw new Error(`"${part}" is no host name, address or network`);
  }
  return { hosts, networks };
}

/** Looks a name up: all of its addresses. */
export type Lookup = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const systemLookup: Lookup = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Keeps messages from going to the machine itself, its own networks and the metadata services of clouds: only addresses of
 * the public internet (and, in IPv6, global unicast) are targets, unless the installation allows others. Judged is the address
 * after the name was looked up, and only that address is talked to: a name that changes its mind in between reaches nothing.
 */
export class TargetGuard {
  readonly #allowed: AllowedTargets;
  readonly #lookup: Lookup;

  constructor(allowed: AllowedTargets, find: Lookup = systemLookup) {
    this.#allowed = allowed;
    this.#lookup = find;
  }

  /** Rejects with TargetRefused, or with what the look-up failed of. */
  async resolve(host: string, port: number): Promise<PinnedTarget> {
    const name = host.replace(/^\[|\]$/g, '').toLowerCase();
    const found = ipaddr.isValid(name)
      ? [{ address: name, family: ipaddr.parse(name).kind() === 'ipv4' ? 4 : 6 }]
      : await this.#lookup(name);
    // One bad address among good ones is a trick, or a mistake that somebody has to look at.
    for (const { address } of found) this.#refuse(name, address);
    const [first] = found;
    if (!first) throw new TargetRefused(`${name} has no address`);
    return { host: name, port, address: first.address, family: first.family === 6 ? 6 : 4 };
  }

  #refuse(name: string, text: string): void {
    if (this.#allowed.hosts.has(name)) return;
    // IPv4 in IPv6 (`::ffff:127.0.0.1`) is judged as what it is.
    const address = ipaddr.process(text);
    if (this.#allowed.networks.some(([network, bits]) => isIn(address, network, bits))) return;
    // What carries another address inside (NAT64, 6to4, Teredo) is no unicast to ipaddr.js, and so refused, too.
    const range = isIn(address, ...azureHost) ? 'reserved' : address.range();
    if (range === 'unicast' && (address.kind() === 'ipv4' || isIn(address, ...globalUnicast))) return;
    throw new TargetRefused(
      `${name} is ${text === name ? '' : `${text}, `}a ${range} address; notify-allow-targets may allow it`,
    );
  }
}

/** RFC 4291 §2.4, of which IANA gives out this much; what lies beside it may be IPv4 in an old disguise (`::127.0.0.1`). */
const globalUnicast = ipaddr.parseCIDR('2000::/3');
/** What Azure answers its machines with, certificates among it; it looks like an address of the internet. */
const azureHost = ipaddr.parseCIDR('168.63.129.16/32');

const isIn = (
  address: ipaddr.IPv4 | ipaddr.IPv6,
  network: ipaddr.IPv4 | ipaddr.IPv6,
  bits: number,
): boolean => address.kind() === network.kind() && address.match(network as ipaddr.IPv4 & ipaddr.IPv6, bits);
