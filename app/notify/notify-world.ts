import { mayReadFigures } from '#api/authorization/figure-reader.ts';
import type { ConfigurationCache } from '#api/configuration-cache.ts';
import type { PersonId, PlaceId, TaskId } from '#model/brand.ts';
import { contactsOf } from '#model/care-contact.ts';
import { type Outsider, outsiderId, outsiderOf } from '#model/care-ladder.ts';
import type { Configuration } from '#model/configuration.ts';
import { inLanguage } from '#model/text.ts';
import type { World } from '#notify/ports.ts';
import type { OpsReader } from '#store/ops/reader.ts';
import { placeName } from '#tasks/place-names.ts';

export interface WorldParts {
  readonly reader: Pick<OpsReader, 'noticesAfter' | 'task' | 'account' | 'accounts' | 'get'>;
  readonly configuration: ConfigurationCache;
}

/** Community and work as the notifier reads them: what is committed, at once. */
export function notifyWorld({ configuration, reader }: WorldParts): World {
  const current = () => configuration.current();
  return {
    noticesAfter: (seq, limit) => reader.noticesAfter(seq, limit),
    task: (id: TaskId) => reader.task(id),
    recipient: (id: PersonId) => {
      const outsider = outsiderOf(id);
      if (outsider) return outsiderRecipient(current(), outsider);
      const person = current().person(id);
      if (!person) return undefined;
      const { addresses = {}, name = id, phone } = person;
      const language = current().preference(id)?.language ?? 'zh';
      return {
        person: id,
        name: typeof name === 'string' ? name : inLanguage(name, language),
        language,
        email: addresses.email ?? null,
        phone: phone ?? null,
        wecom: addresses.wecom ?? null,
        dingtalk: addresses.dingtalk ?? null,
        feishu: addresses.feishu ?? null,
      };
    },
    personOf: (actor) => reader.account(actor)?.person ?? actor,
    isPerson: (id) => reader.get('person', id) !== undefined,
    preference: (id) => current().preference(id),
    mayReadFigures: (id, places) => mayReadFigures(id, places, { reader, configuration: current() }),
    silences: () => [...current().silences()],
    isWithin: (place, ancestor) => current().isWithin(place, ancestor),
    placeName: (place: PlaceId) => ({
      zh: placeName(current(), place, 'zh'),
      en: placeName(current(), place, 'en'),
    }),
    categoryName: (category) => current().category(category).name,
    timezone: () => current().timezone,
  };
}

/** A resident, or a contact who still agrees to be told; undefined: nobody of whom it is known how to reach them. */
function outsiderRecipient(configuration: Configuration, outsider: Outsider) {
  const resident = configuration.resident(outsider.resident);
  if (!resident) return undefined;
  const person = outsiderId(outsider);
  const nowhere = { email: null, wecom: null, dingtalk: null, feishu: null } as const;
  if (outsider.contact === undefined) {
    const { phone = null } = resident;
    return { ...nowhere, person, name: '', language: 'zh', phone, isOutsider: true } as const;
  }
  const contact = contactsOf(resident)[outsider.contact];
  if (!contact?.consent) return undefined;
  const { email, language, phone } = contact;
  return { ...nowhere, person, name: '', language, phone, email, isOutsider: true } as const;
}
