import type { Mapping } from '#model/mapping.ts';

/** Of sensors of a make of its own, so that no page about mappings is empty. */
export const airMapping: Mapping = {
  id: 'yard-air',
  name: { zh: '院内空气传感器', en: 'Air in the yards' },
  messages: [
    {
      topic: 'yard/{where}/{sn}/data',
      address: '{sn}',
      name: '{where} {sn}',
      kind: 'environment',
      time: { at: '$.t', as: 's' },
      number: '$.seq',
      values: [
        { property: 'temperature', at: '$.temp', factor: 0.1 },
        { property: 'humidity', at: '$.hum' },
        { property: 'battery-voltage', at: '$.vbat', unit: 'mV' },
        { property: 'door-open', at: '$.lid', words: { open: true, shut: false } },
      ],
    },
    {
      topic: 'yard/+/{sn}/lwt',
      address: '{sn}',
      online: { at: '$.state', words: { up: true, down: false } },
    },
  ],
};

/** What such a sensor sends, with a word that the mapping does not know, and something that it does not read. */
export const airSample = {
  topic: 'yard/east/A-7/data',
  payload: '{"t":1795000000,"seq":5,"temp":215,"hum":41,"vbat":2980,"lid":"ajar","co2":412}',
};
