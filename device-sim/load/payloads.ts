/** What a device of the load says in one message. */
export interface Payload {
  /** JSON; `0.00` in it is another number in each message. */
  readonly text: string;
  /** Readings that the platform takes from it. */
  readonly readings: number;
}

const numbered = (count: number, name: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `"${name(index)}":${index}.5`).join();

/**
 * small: a climate sensor; medium: a board with a dozen channels; large: a meter that reports all its registers. Names
 * that the catalogue of properties does not know are kept as numbers.
 */
export const payloads = {
  small: { text: '{"temperature":10.00,"humidity":40.0}', readings: 2 },
  medium: {
    text: `{"temperature":10.00,"humidity":40.0,${numbered(10, (index) => `channel-${index}`)}}`,
    readings: 12,
  },
  large: { text: `{"temperature":10.00,${numbered(99, (index) => `register-${index}`)}}`, readings: 100 },
} as const satisfies Readonly<Record<string, Payload>>;

export type PayloadName = keyof typeof payloads;
export const payloadNames = ['small', 'medium', 'large'] as const satisfies readonly PayloadName[];

/** A smoke detector that sounds. */
export const smoke: Payload = { text: '{"smoke":true}', readings: 1 };
