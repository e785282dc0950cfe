import { propertyCatalogue } from '#model/catalogue.ts';
import type { Observation } from '#model/reading.ts';

/** Names that are in no catalogue, in one message. */
const mostStrangers = 100;

/**
 * The observation with no more values than a device has reason to say. Rules keep what they took in for as long as it may be
 * judged again: a device that invents thousands of names in each message would fill the memory.
 */
export function bounded(observation: Observation): Observation {
  if (observation.values.size <= mostStrangers) return observation;
  let strangers = 0;
  const isKept = (name: string): boolean => propertyCatalogue.has(name) || ++strangers <= mostStrangers;
  const values = new Map([...observation.values].filter(([name]) => isKept(name)));
  return { ...observation, values };
}
