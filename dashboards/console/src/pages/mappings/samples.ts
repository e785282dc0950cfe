/** A message to try a mapping on. */
export interface ShownSample {
  readonly key: number;
  topic: string;
  payload: string;
  /** Base64 of what is no text; null: the payload is the text. */
  bytes: string | null;
}

let next = 0;

export const sampleOf = (topic = '', payload = '', bytes: string | null = null): ShownSample => {
  next += 1;
  return { key: next, topic, payload, bytes };
};

/** As quarantine keeps it. */
export function sampleFromBase64(topic: string, base64: string): ShownSample {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.codePointAt(0) ?? 0);
  try {
    return sampleOf(topic, new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return sampleOf(topic, '', base64);
  }
}

/** JSON with indents, other text as it is. */
export function tidy(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

/** What is pasted into the field of a topic may be a line of `mosquitto_sub -v`, or several: `topic payload`. */
export function linesOf(pasted: string): readonly ShownSample[] {
  return pasted
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, topic = '', payload = ''] = /^(\S+)\s*(.*)$/.exec(line.trim()) ?? [];
      return sampleOf(topic, tidy(payload));
    });
}

/** What the text names itself; undefined: it does not yet. */
export const idIn = (text: string): string | undefined =>
  /^id:\s*["']?([A-Za-z0-9_-]{1,64})["']?\s*(?:#.*)?$/m.exec(text)?.[1];

export const emptyMapping = `id: my-sensors
messages:
  - topic: my/{sn}/data
    address: "{sn}"
    time: { at: $.time, as: iso }
    values:
      - { property: temperature, at: $.temperature, unit: Cel }
`;
