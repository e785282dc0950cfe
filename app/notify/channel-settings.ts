import { readFileSync } from 'node:fs';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { severities } from '#model/alarm.ts';
import { camelKeys } from '#model/casing.ts';
import { DurationText } from '#model/community.ts';
import { messageOf } from '#model/errors.ts';
import type { ChannelType } from '#notify/channel.ts';

/** What each channel may have besides its own settings. */
const Shared = Type.Object({
  kind: Type.String({ maxLength: 24 }),
  contentFree: Type.Optional(Type.Boolean()),
  timeout: Type.Optional(DurationText),
  severities: Type.Optional(
    Type.Array(Type.Unsafe<(typeof severities)[number]>(Type.String({ enum: [...severities] })), {
      minItems: 1,
      maxItems: severities.length,
    }),
  ),
});
export type SharedSettings = Static<typeof Shared>;

/** A channel of the installation as it was written, checked. */
export interface ChannelSettings {
  readonly id: string;
  readonly type: ChannelType;
  readonly shared: SharedSettings;
  readonly own: Readonly<Record<string, unknown>>;
}

const idPattern = /^[a-z0-9-]{1,24}$/;

/**
 * Reads `notify: channels:`. A mistake is told with the channel and the setting, never with its value, which may be a secret.
 * `read`: the text of a file that a `NAME-file` names.
 */
export function readChannels(
  text: string,
  types: readonly ChannelType[],
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): { readonly channels: readonly ChannelSettings[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const channels: ChannelSettings[] = [];
  const written = Object.entries((parse(text) ?? {}) as Record<string, unknown>);
  for (const [id, value] of written) {
    const found = idPattern.test(id) && id !== 'stream' ? readOne(id, value, { types, read }) : idProblem(id);
    if (typeof found === 'string') problems.push(found);
    else channels.push(found);
  }
  return { channels, problems };
}

const idProblem = (id: string): string =>
  `notify: channels: ${id.slice(0, 50)}: an id has up to 24 of a-z, 0-9 and -, and is not stream`;

function readOne(
  id: string,
  value: unknown,
  parts: { readonly types: readonly ChannelType[]; readonly read: (path: string) => string },
): ChannelSettings | string {
  const where = `notify: channels: ${id}`;
  if (typeof value !== 'object' || value === null) return `${where}: wants settings, kind first`;
  const given = camelKeys(value) as Readonly<Record<string, unknown>>;
  const type = parts.types.find(({ kind }) => kind === given['kind']);
  if (!type) return `${where}: kind must be one of ${parts.types.map(({ kind }) => kind).join(', ')}`;
  const { contentFree, kind, severities: wanted, timeout, ...rest } = given;
  const shared = dropUndefined({ kind, contentFree, severities: wanted, timeout });
  const own = withSecrets(rest, type, parts.read);
  if (typeof own === 'string') return `${where}: ${own}`;
  const wrong = firstProblem(Shared, shared) ?? firstProblem(type.settings, own);
  return wrong === undefined ? { id, type, shared: shared as SharedSettings, own } : `${where}: ${wrong}`;
}

/** With what `NAME-file` names in the place of NAME, for settings that are secret. */
function withSecrets(
  settings: Readonly<Record<string, unknown>>,
  { secrets }: ChannelType,
  read: (path: string) => string,
): Readonly<Record<string, unknown>> | string {
  const own = { ...settings };
  for (const secret of secrets) {
    const path = own[`${secret}File`];
    if (path === undefined) continue;
    if (typeof path !== 'string') return `${secret}-file wants the path of a file`;
    delete own[`${secret}File`];
    try {
      own[secret] = read(path).trim();
    } catch (error) {
      return `${secret}-file cannot be read: ${messageOf(error)}`;
    }
  }
  return own;
}

const dropUndefined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Without the value: it may be a secret. */
function firstProblem(schema: TSchema, value: unknown): string | undefined {
  const [error] = Value.Errors(schema, value);
  return error && `${error.instancePath.replaceAll('/', ' ').trim() || 'settings'} ${error.message}`;
}
