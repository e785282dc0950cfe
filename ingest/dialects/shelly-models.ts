/** Of these the name begins with the model, unless somebody has given another. */
const sleepers =
  /shelly(?:plus)?(?:ht|smoke|flood|dw|motion|button)|shelly(?:ht|flood|dw)g\d|shellyblu(?:ht|dw|motion)?|shellysmoke|shellysense/i;

/** It runs on a battery and sleeps between two messages. */
export const isSleeper = (name: string): boolean => sleepers.test(name);

/** On a rail in a cabinet, or a meter: its temperature is that of itself. */
export const isInCabinet = (name: string): boolean =>
  /shellypro|shelly(?:plus)?(?:3)?em|shellyem/i.test(name);

const kinds: readonly (readonly [name: RegExp, kind: string])[] = [
  [/shelly(?:plus)?smoke/i, 'smoke-detector'],
  [/shelly(?:plus)?flood/i, 'water-leak'],
  [/shelly(?:plus)?ht/i, 'environment'],
  [/shellygas/i, 'gas-detector'],
  [/shellydw|shellybludw/i, 'door'],
  [/shelly(?:blu)?motion|shellypresence/i, 'motion'],
  [/shelly(?:plus)?plug|shellyoutdoorsg/i, 'plug'],
  [/shelly(?:plus|pro)?(?:\d*dim|dimmer|rgbw|wdus|bulb|colorbulb|vintage|duo)|shellyddimmer/i, 'light'],
];

/** One of the catalogue's kinds, by the name that it has from the factory. */
export const kindOfShelly = (name: string): string | undefined =>
  kinds.find(([pattern]) => pattern.test(name))?.[1];
