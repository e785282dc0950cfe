import {
  isDeviceRole,
  isDeviceStep,
  isPlaceRole,
  isResidentStep,
  type RoleSource,
  type ScenarioSource,
  type Step,
} from '#device-sim/scenarios/scenario.ts';
import { deviceKindCatalogue, propertyCatalogue } from '#model/catalogue.ts';
import { parseDuration } from '#model/duration.ts';

type Path = readonly (string | number)[];
type Complain = (path: Path, message: string) => void;
type Kind = 'place' | 'device' | 'resident';

const kindOf = (role: RoleSource): Kind =>
  isPlaceRole(role) ? 'place' : isDeviceRole(role) ? 'device' : 'resident';

/** What a schema cannot see: roles that are not there, properties that nobody knows, times after the end. */
export function contradictionsOf(source: ScenarioSource, complain: Complain): void {
  const bound = new Map<string, Kind>();
  const refers = (name: string | undefined, kinds: readonly Kind[], path: Path): void => {
    if (name === undefined) return;
    const kind = bound.get(name);
    if (kind === undefined) complain(path, `${name} is no role, or stands further below`);
    else if (!kinds.includes(kind)) complain(path, `${name} is a ${kind}, a ${kinds.join(' or ')} is wanted`);
  };
  for (const [name, role] of Object.entries(source.roles)) {
    checkRole(role, ['roles', name], refers, complain);
    bound.set(name, kindOf(role));
  }
  const endMs = parseDuration(source.lasts) ?? 0;
  for (const [index, step] of source.timeline.entries()) {
    const path = ['timeline', index];
    if (isDeviceStep(step)) refers(step.device, ['device'], [...path, 'device']);
    else if (isResidentStep(step)) refers(step.resident, ['resident'], [...path, 'resident']);
    else refers(step.home, ['place'], [...path, 'home']);
    checkTimes(step, endMs, (at, problem) => complain([...path, ...at], problem));
    if (isDeviceStep(step)) checkValues(step, path, complain);
  }
  for (const [index, expected] of source.expect.entries()) {
    if ('silent' in expected) refers(expected.silent, ['device'], ['expect', index, 'silent']);
    else if ('resident' in expected) refers(expected.resident, ['resident'], ['expect', index, 'resident']);
    else refers(expected.device, ['device'], ['expect', index, 'device']);
  }
}

function checkRole(
  role: RoleSource,
  path: Path,
  refers: (name: string | undefined, kinds: readonly Kind[], path: Path) => void,
  complain: Complain,
): void {
  if (isPlaceRole(role)) {
    refers(role.around, ['place', 'device'], [...path, 'around']);
    return;
  }
  refers(role.in, ['place'], [...path, 'in']);
  if (!isDeviceRole(role)) return;
  refers(role.at, ['place'], [...path, 'at']);
  refers(role.via, ['device'], [...path, 'via']);
  refers(role.of, ['resident'], [...path, 'of']);
  for (const kind of [role.device].flat())
    if (kind !== 'any' && !deviceKindCatalogue.has(kind))
      complain([...path, 'device'], `${kind} is no device kind`);
}

function checkTimes(step: Step, endMs: number, complain: Complain): void {
  const at = parseDuration(step.at) ?? 0;
  const until = step.until === undefined ? endMs : (parseDuration(step.until) ?? 0);
  if (at >= endMs) complain(['at'], 'is not before the end (lasts)');
  if (until > endMs) complain(['until'], 'is after the end (lasts)');
  else if (until <= at) complain(['until'], 'is not after at');
}

function checkValues(step: Extract<Step, { device: string }>, path: Path, complain: Complain): void {
  const { set = {}, say = {}, ramp = {} } = step;
  for (const [key, values] of [
    ['set', set],
    ['say', say],
  ] as const)
    for (const [property, value] of Object.entries(values)) {
      const definition = propertyCatalogue.get(property);
      if (definition === undefined) complain([...path, key, property], 'is no property of the catalogue');
      else if (typeNames[definition.type] !== typeof value && definition.also !== typeof value)
        complain([...path, key, property], `is a ${definition.type}`);
    }
  for (const property of Object.keys(ramp))
    if (propertyCatalogue.get(property)?.type !== 'number')
      complain([...path, 'ramp', property], 'is no number of the catalogue');
  const does = ['set', 'ramp', 'say', 'silence', 'status'].filter((key) => key in step);
  if (does.length === 0) complain(path, 'does nothing: one of set, ramp, say, silence, status');
}

const typeNames = { number: 'number', boolean: 'boolean', text: 'string' } as const;
