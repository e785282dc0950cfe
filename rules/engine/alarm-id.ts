import { createHash } from 'node:crypto';
import type { AlarmId } from '#model/brand.ts';

/**
 * The same for the same rule, key, inbox record and ordinal (several alarms of one record): a record that is processed
 * again after a crash opens the alarm under the id that it had.
 */
export function alarmId(rule: string, key: string, position: number, ordinal: number): AlarmId {
  const text = `${rule}\0${key}\0${position}\0${ordinal}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 24) as AlarmId;
}
