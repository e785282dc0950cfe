import { Type } from 'typebox';
import { none } from '#api/authorization/access.ts';
import type { Api } from '#api/context.ts';
import { answers, nullable, oneOf } from '#api/schemas.ts';
import { deviceKindCatalogue, propertyCatalogue } from '#model/catalogue.ts';
import { LocalText } from '#model/text.ts';

const Property = Type.Object(
  {
    name: Type.String(),
    label: LocalText,
    type: oneOf(['number', 'boolean', 'text']),
    also: Type.Optional(oneOf(['number', 'boolean'])),
    unit: nullable(Type.String({ description: 'UCUM symbol, such as Cel, /min, mm[Hg]' })),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    resolution: Type.Optional(Type.Number()),
    values: Type.Optional(Type.Array(Type.String(), { description: 'The words that a text may be' })),
    sensitivity: oneOf(['public', 'operational', 'personal', 'health']),
  },
  { title: 'Property' },
);
const DeviceKind = Type.Object(
  {
    name: Type.String(),
    label: LocalText,
    properties: Type.Array(Type.String(), {
      description: 'What it usually says, what it is there for first',
    }),
    lifeSafety: Type.Boolean(),
    gateway: Type.Boolean(),
  },
  { title: 'DeviceKind' },
);

/** What the words of readings and devices mean: the same for everybody, and no secret. */
export function catalogueRoutes(app: Api): void {
  const catalogue = { properties: [...propertyCatalogue.values()], kinds: [...deviceKindCatalogue.values()] };

  app.get(
    '/catalogue',
    {
      config: { access: { roles: 'signed-in', scope: none } },
      schema: {
        tags: ['devices'],
        summary: 'The properties and the kinds of devices that Gridbell knows, with their names and units',
        response: answers({
          200: Type.Object({ properties: Type.Array(Property), kinds: Type.Array(DeviceKind) }),
        }),
      },
    },
    async () => catalogue,
  );
}
