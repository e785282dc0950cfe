import { describe, expect, test } from 'vitest';
import aliases from '#ingest/aliases.json' with { type: 'json' };
import { kebab, propertyName } from '#ingest/names.ts';
import personalNames from '#ingest/personal-names.json' with { type: 'json' };
import { convert } from '#ingest/unit-table.ts';
import units from '#ingest/units.json' with { type: 'json' };
import { deviceKindCatalogue, propertyCatalogue, propertyClasses } from '#model/catalogue.ts';
import kinds from '#model/device-kinds.json' with { type: 'json' };
import properties from '#model/properties.json' with { type: 'json' };

/** docs/contract.md, Community file: device kinds, and the names that the catalogue has among others. */
const contractKinds =
  'smoke-detector, heat-detector, co-detector, gas-detector, water-leak, door, access-reader, sos-button, wearable, fall-radar, motion, bed-sensor, camera, lift, fire-lane-camera, environment, water-meter, siren, lock, light, plug, switch, gateway';
const contractProperties =
  'smoke, smoke-density, temperature, humidity, co, gas, water-leak, motion, occupancy, door-open, sos, fall, fall-confirmed, heart-rate, spo2, respiration-rate, body-temperature, blood-pressure-systolic, blood-pressure-diastolic, bed-occupied, toilet-flush, water-flow, appliance-on, latitude, longitude, access-result, credential, object-count, object-class, battery, battery-low, tamper, test, power, online, rssi';
/** docs/contract.md, rule files: these have the disk reserve, no probation, no quiet hours. */
const lifeSafety = [
  'smoke-detector',
  'heat-detector',
  'co-detector',
  'gas-detector',
  'sos-button',
  'fall-radar',
];

describe('the catalogue', () => {
  test.each(contractProperties.split(', '))('knows the property %s', (name) => {
    expect(propertyCatalogue.has(name)).toBe(true);
  });

  test('knows the device kinds of the contract and no others', () => {
    expect([...deviceKindCatalogue.keys()].toSorted()).toEqual(contractKinds.split(', ').toSorted());
  });

  test('puts each property into a class, and no class is empty', () => {
    const classes = [...propertyCatalogue.values()].map((property) => property.class);
    expect(new Set(classes)).toEqual(new Set(propertyClasses));
  });

  test('names nothing twice', () => {
    expect(propertyCatalogue.size).toBe(properties.length);
    expect(deviceKindCatalogue.size).toBe(kinds.length);
  });

  test.each([...deviceKindCatalogue.values()])(
    'has every property of $name',
    ({ properties: said, label }) => {
      expect(said.filter((name) => !propertyCatalogue.has(name))).toEqual([]);
      expect(new Set(said).size).toBe(said.length);
      expect([label.zh, label.en]).not.toContain('');
      expect(Object.keys(label).toSorted()).toEqual(['en', 'zh']);
    },
  );

  test('counts as life safety what the contract does', () => {
    const found = [...deviceKindCatalogue.values()].filter((kind) => kind.lifeSafety).map(({ name }) => name);
    expect(found.toSorted()).toEqual(lifeSafety.toSorted());
  });

  test.each([...propertyCatalogue.values()])('says of $name all that is needed', (property) => {
    expect(kebab(property.name)).toBe(property.name);
    expect(Object.values(property.label).filter((text) => text !== '')).toHaveLength(2);
    expect(['public', 'operational', 'personal', 'health']).toContain(property.sensitivity);
    const { min, max, resolution } = property;
    const isNumeric = property.type === 'number' || property.also === 'number';
    if (!isNumeric) {
      expect([min, max, resolution]).toEqual([undefined, undefined, undefined]);
      return;
    }
    if (min === undefined || max === undefined || resolution === undefined) throw new Error('no range');
    expect(min).toBeLessThan(max);
    // A power of ten, so that sums are whole numbers, and small enough for millions of them in a double.
    expect(Math.log10(resolution) % 1).toBeCloseTo(0, 9);
    expect((max - min) / resolution).toBeLessThan(2 ** 53 / 1_000);
    expect(Math.max(Math.abs(min), Math.abs(max))).toBeGreaterThanOrEqual(resolution);
  });

  test('has the words of an enumeration in lower case', () => {
    for (const { values = [] } of propertyCatalogue.values())
      expect(values.filter((word) => word !== word.toLowerCase())).toEqual([]);
  });
});

describe('names', () => {
  test.each(Object.entries(aliases))('%s is %s', (alias, name) => {
    expect(kebab(alias)).toBe(alias);
    expect(propertyCatalogue.has(alias)).toBe(false);
    expect(propertyName(alias).definition?.name).toBe(name);
  });

  test.each([...propertyCatalogue.keys()])('%s in snake_case and camelCase is the same', (name) => {
    const snake = name.replaceAll('-', '_');
    const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect([snake, camel, name].map((key) => propertyName(key).name)).toEqual([name, name, name]);
  });

  test('of persons are no properties', () => {
    for (const name of personalNames) {
      expect(kebab(name)).toBe(name);
      expect(propertyCatalogue.has(name)).toBe(false);
      expect(propertyName(name).isPersonal).toBe(true);
    }
  });

  test.each([
    ['PM2.5', 'pm2-5'],
    ['HTTPServerLoad', 'http-server-load'],
    ['Temperature', 'temperature'],
    ['heart rate', 'heart-rate'],
    ['ｔｅｍｐ', 'temperature'],
    ['__proto__', 'proto'],
    ['a'.repeat(65), ''],
  ])('%s is %s', (key, name) => {
    expect(propertyName(key).name).toBe(name);
  });
});

describe('units', () => {
  test('that name a property belong to it', () => {
    for (const [unit, name] of Object.entries(units.properties)) {
      const wanted = propertyCatalogue.get(name)?.unit ?? '';
      expect(convert(1, unit, wanted), `${unit} to ${wanted}`).toBeTypeOf('number');
    }
  });

  test('are turned into units of the catalogue', () => {
    const ours = new Set([...propertyCatalogue.values()].map(({ unit }) => unit));
    const turned = new Set(units.conversions.map(({ from }) => from));
    expect(units.conversions.map(({ to }) => to).filter((unit) => !ours.has(unit))).toEqual([]);
    expect(Object.values(units.same).filter((unit) => !ours.has(unit) && !turned.has(unit))).toEqual([]);
  });

  test.each([
    [295.65, 'K', 'Cel', 22.5],
    [212, '[degF]', 'Cel', 100],
    [1, '/', '%', 100],
    [16, 'kPa', 'mm[Hg]', 120.009869233],
    [1, 'm3/h', 'l/min', 16.6666666667],
    [3_600_000, 'J', 'kWh', 1],
    [36, 'km/h', 'm/s', 10],
    [70.7, '°F', 'Cel', 21.5],
    [29.92, 'inHg', 'hPa', 1013.20748907],
    [760, 'mmHg', 'hPa', 1013.250164],
    [1, 'mg/m³', 'ug/m3', 1000],
    [10, 'ft³', 'm3', 0.28316846592],
    [120, 'L/h', 'l/min', 2],
    [10, 'mph', 'm/s', 4.4704],
    [1, 'in', 'mm', 25.4],
    [10, 'ft', 'm', 3.048],
    [1.5, 'MWh', 'kWh', 1500],
  ])('%d %s in %s are %d', (value, from, to, wanted) => {
    expect(convert(value, from, to)).toBeCloseTo(wanted, 8);
  });

  test('that have nothing in common are not turned', () => {
    expect(convert(1, 'V', 'Cel')).toBeUndefined();
  });
});
