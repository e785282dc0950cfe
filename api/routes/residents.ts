import { isInScope } from '#api/authorization/access.ts';
import { includes, maySeeHealth, residentReaders, residentWriters } from '#api/authorization/role-groups.ts';
import type { Caller } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { openTaskPage } from '#api/open-tasks.ts';
import { residentIssues } from '#api/references.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import type { AlarmId, PersonId } from '#model/brand.ts';
import { Resident } from '#model/community.ts';

export const residentRoutes = (app: Api, context: ApiContext): void =>
  resourceRoutes(app, context, {
    name: 'resident',
    path: 'residents',
    schema: Resident,
    incoming: {},
    // A grid worker gets no further than the residents of the own open tasks.
    readers: [...residentReaders, 'grid-worker'],
    writers: residentWriters,
    idOf: (resident) => resident.id,
    placesOf: (resident) => [resident.place],
    mayRead: (resident, caller) =>
      includes(residentReaders, caller.role)
        ? isInScope(caller, resident.place, context)
        : isNeededForTask(resident, caller, context),
    view: (resident, caller) => residentView(resident, caller),
    refusal: (fields, caller) =>
      'limits' in fields && !maySeeHealth(caller.role)
        ? `The role ${caller.role} does not see health limits and so cannot set them.`
        : undefined,
    issues: (resident, known) => residentIssues(resident, known),
  });

/** An address and a need are for who has an open task there, while it is open. */
function isNeededForTask(resident: Resident, caller: Caller, context: ApiContext): boolean {
  const { person } = caller;
  if (person === null) return false;
  return openTasksOf(person, context).some(
    (task) =>
      task.place === resident.place ||
      task.alarms.some((id: AlarmId) => context.reader.alarm(id)?.resident === resident.id),
  );
}

const openTasksOf = (person: PersonId, context: ApiContext) => openTaskPage(person, context.reader);

function residentView(resident: Resident, caller: Caller): Partial<Resident> {
  const { id, place, name, phone, contacts } = resident;
  if (!includes(residentReaders, caller.role))
    return {
      id,
      place,
      ...(name === undefined ? {} : { name }),
      ...(phone === undefined ? {} : { phone }),
      ...(contacts === undefined ? {} : { contacts }),
    };
  if (maySeeHealth(caller.role)) return resident;
  const { limits: _, ...withoutHealth } = resident;
  return withoutHealth;
}
