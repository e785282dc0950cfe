import { describe, expect, it } from 'vitest';
import { unitText, withUnit } from '../../dashboards/console/src/format/units.ts';

describe('units', () => {
  it('are written as people write them', () => {
    expect(['Cel', 'mm[Hg]', 'ug/m3', 'ppm', '1'].map((unit) => unitText(unit, 'en'))).toEqual([
      '°C',
      'mmHg',
      'µg/m³',
      'ppm',
      '',
    ]);
    expect([unitText('/min', 'zh'), unitText('/min', 'en'), unitText(null, 'zh')]).toEqual([
      '次/分',
      '/min',
      '',
    ]);
  });

  it('stand a little away from the number, but for percent and degrees of an angle', () => {
    expect(withUnit('21.5', '°C')).toBe('21.5\u202f°C');
    expect([withUnit('80', '%'), withUnit('3', ''), withUnit('12', '°')]).toEqual(['80%', '3', '12°']);
  });
});
