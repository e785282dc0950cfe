import type { Alarm } from '#model/alarm.ts';
import type { PlaceId } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { Resident } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { inLanguage, type LocalText } from '#model/text.ts';

type Language = 'zh' | 'en';

/** As addresses are written. */
const separator: Readonly<Record<Language, string>> = { zh: ' ', en: ', ' };

const named = (name: string | LocalText | undefined, language: Language): string | undefined =>
  (typeof name === 'object' ? inLanguage(name, language) : name) || undefined;

/**
 * How people call a place: from its building down, `3号楼 3-502`; a place outside of buildings by its own name. What the next
 * name begins with is not said twice: `3号楼一单元 3-502`.
 */
export function placeName(configuration: Configuration, id: PlaceId, language: Language): string {
  const path = configuration.path(id);
  const building = path.findIndex((place) => configuration.place(place)?.kind === 'building');
  return path
    .slice(0, building + 1 || 1)
    .toReversed()
    .map((place) => named(nameOf(configuration, place), language) ?? place)
    .filter((name, index, names) => !isSaidBy(names[index + 1], name))
    .join(separator[language]);
}

/** Whole words only: a room 101 does not say the building 1. */
function isSaidBy(next: string | undefined, name: string): boolean {
  if (next?.startsWith(name) !== true) return false;
  return !(/[a-z0-9]$/i.test(name) && /^[a-z0-9]/i.test(next.slice(name.length)));
}

/** The community has no place of its own in the tree, but things may stand in it as a whole. */
const nameOf = (configuration: Configuration, id: PlaceId): string | LocalText | undefined =>
  configuration.place(id)?.name ??
  (configuration.community && String(configuration.community.id) === id
    ? configuration.community.name
    : undefined);

/** What of an alarm a title may name. */
type Titled = Pick<Alarm, 'place' | 'device' | 'resident' | 'evidence'>;

/** A title as the worker needs it and, where it names a resident, as those see it who may not know who lives there. */
export interface FilledTitle {
  readonly title: LocalText;
  readonly publicTitle?: LocalText;
}

/**
 * Fills `{place}`, `{device}`, `{resident}` and `{value}` of a title, in each language that the title has. Where
 * nobody is known to live, `{resident}` is the place, as always in the public title; where no reading decided, or one
 * that looks into a life, `{value}` is a dash: a title is read by everybody who sees the task.
 */
export function fillTitle(configuration: Configuration, title: LocalText, alarm: Titled): FilledTitle {
  const resident = alarm.resident && configuration.resident(alarm.resident);
  const publicTitle = fillIn(configuration, title, alarm);
  const named = resident?.name === undefined ? publicTitle : fillIn(configuration, title, alarm, resident);
  const isOpen = named.zh === publicTitle.zh && named.en === publicTitle.en;
  return isOpen ? { title: named } : { title: named, publicTitle };
}

function fillIn(
  configuration: Configuration,
  title: LocalText,
  alarm: Titled,
  resident?: Pick<Resident, 'name'>,
): LocalText {
  const fill = (text: string, language: Language): string => {
    const place = placeName(configuration, alarm.place, language);
    const newest = alarm.evidence.reduce<Titled['evidence'][number] | undefined>(
      (latest, entry) => (latest === undefined || entry.at > latest.at ? entry : latest),
      undefined,
    );
    const words: ReadonlyMap<string, string> = new Map([
      ['place', place],
      ['device', named(configuration.device(alarm.device)?.name, language) ?? (alarm.device || place)],
      ['resident', named(resident?.name, language) ?? place],
      ['value', newest === undefined || isPrivate(newest.property, alarm) ? '–' : String(newest.value)],
    ]);
    return text.replace(/\{(\w+)\}/g, (whole, word: string) => words.get(word) ?? whole);
  };
  return {
    ...(title.zh === undefined ? {} : { zh: fill(title.zh, 'zh') }),
    ...(title.en === undefined ? {} : { en: fill(title.en, 'en') }),
  };
}

/** As api/authorization/sensitivity.ts has it: what nobody defined is health where it comes from a person's device. */
function isPrivate(property: string, alarm: Pick<Alarm, 'resident'>): boolean {
  const known = propertyCatalogue.get(property)?.sensitivity;
  return known === undefined ? alarm.resident !== undefined : known === 'health' || known === 'personal';
}
