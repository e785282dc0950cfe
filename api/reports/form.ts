import { type Static, Type } from 'typebox';
import type { ApiContext } from '#api/context.ts';
import type { ReportDesk } from '#api/reports/report-desk.ts';
import { nullable } from '#api/schemas.ts';
import { PlacePath, placePath } from '#api/views/names.ts';
import { mostPhotoBytes, mostReportPhotos } from '#model/photo.ts';
import { LocalText } from '#model/text.ts';

const Name = Type.Optional(Type.Union([Type.String(), LocalText]));
const Chosen = Type.Object({ id: Type.String(), path: PlacePath });

export const ReportForm = Type.Object({
  community: Type.Object({ name: Name }),
  place: nullable(Chosen),
  places: Type.Array(Chosen, {
    description: 'To choose from where no place was named: what has a name on the street',
  }),
  categories: Type.Array(Type.Object({ id: Type.String(), name: LocalText })),
  photos: Type.Object({ most: Type.Integer(), mostBytes: Type.Integer() }),
});

/** What everybody can read on the street; who lives in which unit and room is nobody's to list. */
const listed: ReadonlySet<string> = new Set(['grid', 'building', 'area']);
const mostListed = 500;
/** Not for residents to choose: Gridbell itself raises these. */
const internal: ReadonlySet<string> = new Set(['device-maintenance']);
/** What people report most stands first; what a community adds comes after it, and what is nothing else last. */
const usualOrder = [
  'facilities',
  'environment',
  'lift',
  'access-security',
  'elderly-care',
  'dispute',
  'fire',
];
const rank = (id: string): number => {
  const usual = usualOrder.indexOf(id);
  if (usual >= 0) return usual;
  return id === 'resident-report' ? usualOrder.length + 1 : usualOrder.length;
};

export function reportForm(
  place: string | undefined,
  { configuration }: ApiContext,
  desk: ReportDesk,
): Static<typeof ReportForm> {
  const found = place === undefined ? undefined : desk.places.find(place, configuration);
  const name = configuration.community?.name;
  const places = [...configuration.places()].filter(({ kind }) => listed.has(kind)).slice(0, mostListed);
  return {
    community: name === undefined ? {} : { name },
    place: found === undefined ? null : { id: found, path: placePath(configuration, found) },
    places: found === undefined ? places.map(({ id }) => ({ id, path: placePath(configuration, id) })) : [],
    categories: [...configuration.categories()]
      .filter(({ id }) => !internal.has(id))
      .sort((a, b) => rank(a.id) - rank(b.id))
      .map(({ id, name: text }) => ({ id, name: text })),
    photos: { most: mostReportPhotos, mostBytes: mostPhotoBytes },
  };
}
