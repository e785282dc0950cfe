import { Type } from 'typebox';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { Instant, nullable } from '#api/schemas.ts';
import { deviceView } from '#api/views/device-view.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { isUnclaimed } from '#model/probation.ts';

/** What is shown of a gateway beside what is shown of any device. */
export const gatewayFields = {
  isRead: Type.Boolean({ description: 'Whether this version knows its dialect' }),
  carried: Type.Object(
    { claimed: Type.Integer(), unclaimed: Type.Integer(), retired: Type.Integer() },
    { description: 'Devices that it carries' },
  ),
  quarantined: Type.Integer({ description: 'Messages and values of it that wait in quarantine' }),
  lastCarried: Type.Unsafe<string | null>({
    ...nullable(Instant),
    description: 'When it last told anything of a device that it carries; null: never',
  }),
};

/** Groups of one device in quarantine; more are not counted. */
const mostGroups = 10_000;

/** Views of gateways; what they carry is counted once for all. */
export class GatewayViews {
  readonly #context: ApiContext;
  readonly #carried: ReadonlyMap<string, readonly Device[]>;
  readonly #heard: ReadonlyMap<string, number>;

  constructor(context: ApiContext) {
    const { configuration, platform, reader } = context;
    this.#context = context;
    this.#carried = Map.groupBy(configuration.devices(), ({ gateway = '' }) => gateway);
    this.#heard = new Map(
      reader.lastWords().flatMap(({ device, heard }) => {
        if (!heard) return [];
        return [[device, platform.clock === 'data' ? heard.at : heard.receivedAt]];
      }),
    );
  }

  of(gateway: Device, caller: Caller) {
    const all = this.#carried.get(gateway.id) ?? [];
    const retired = all.filter((device) => device.retired !== undefined).length;
    const unclaimed = all.filter(isUnclaimed).length;
    const heard = all.flatMap(({ id }) => this.#heard.get(id) ?? []);
    const groups = this.#context.reader.quarantineGroups({
      filter: {},
      devices: [gateway.id, ...all.map(({ id }) => id)],
      limit: mostGroups,
    });
    return {
      ...deviceView(gateway, caller, this.#context),
      isRead: gateway.dialect === undefined || dialects.has(gateway.dialect),
      carried: { claimed: all.length - retired - unclaimed, unclaimed, retired },
      quarantined: groups.reduce((sum, { held }) => sum + held, 0),
      lastCarried: heard.length === 0 ? null : iso(Math.max(...heard) as Parameters<typeof iso>[0]),
    };
  }
}
