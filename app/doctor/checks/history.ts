import { existsSync } from 'node:fs';
import type { Said } from '#app/doctor/finding.ts';
import { type Check, fine, problem } from '#app/doctor/finding.ts';
import type { Ask, Patient } from '#app/doctor/patient.ts';
import { day, type EpochMs, epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { examineHistory } from '#store/history/duckdb/examination.ts';
import { daysCopied, examineInflux } from '#store/history/influxdb/influxdb-history.ts';
import type { InfluxTarget } from '#store/history/influxdb/server.ts';

/** Readings: the file, and that it is not ahead of the ops store. */
export const history: Check = {
  name: 'history',
  examine: async (patient) => {
    const { ask, config, history: found, ops } = patient;
    if (config?.history.kind === 'influxdb')
      return [
        ...(ask === null ? [] : await ofRunning(ask, patient.now)),
        await ofServer(config.history, ops?.ok ? ops.value.reader.position() : null),
        ...(await ofOlderFile(config.history, patient.paths.history)),
      ];
    if (ask !== null) return ofRunning(ask, patient.now);
    if (found === null) return missing(patient);
    if (!found.ok)
      return [
        problem(
          `history cannot be opened (${found.error})`,
          'move history.duckdb and history.duckdb.wal aside and put back those of a copy of the directory; without one Gridbell begins an empty history',
        ),
      ];
    const { days, position, rows, series } = found.value;
    const committed = ops?.ok ? ops.value.reader.position() : null;
    if (committed !== null && position > committed)
      return [
        problem(
          `history is at record ${position}, ahead of the ops store (${committed}): they are of different copies`,
          'put back ops.db, inbox/ and history.duckdb of one and the same copy',
        ),
      ];
    return [fine(`${rows} readings of ${series} series on ${days} days, up to record ${position}`)];
  },
};

/** Asked as the platform asks it: the address, the account and the database are right when this answers. */
async function ofServer(target: InfluxTarget, committed: number | null): Promise<Said> {
  try {
    const position = await examineInflux(target);
    if (committed !== null && position > committed)
      return problem(
        `InfluxDB is at record ${position}, ahead of the ops store (${committed}): it holds another community, or another copy`,
        'give each community a database of its own (history-database)',
      );
    return fine(`InfluxDB at ${target.url} answers; its readings reach up to record ${position}`);
  } catch (error) {
    return problem(
      `InfluxDB at ${target.url} cannot be used (${messageOf(error)}); readings wait in the ops store`,
      'start it, and check history-url, the database or bucket, and the token or the name and password',
    );
  }
}

/** What was kept in the file before: charts, exports and rules see it only when it was copied. */
async function ofOlderFile(target: InfluxTarget, path: string): Promise<readonly Said[]> {
  if (!existsSync(path)) return [];
  const file = await examineHistory(path, false).catch(messageOf);
  // A server that does not answer is told already.
  const copied = await daysCopied(target).catch(() => null);
  if (copied === null || copied > 0) return [];
  if (typeof file === 'string')
    return [
      problem(
        `history.duckdb stands there beside InfluxDB, was never copied to it, and cannot be opened (${file})`,
        'copy it while no other process has it open (gridbell history copy --from duckdb --to influxdb), or move it away',
      ),
    ];
  if (file.rows === 0) return [];
  return [
    problem(
      `history.duckdb holds ${file.rows} readings of ${file.days} days that were never copied to InfluxDB: charts and exports do not show them`,
      'gridbell history copy --from duckdb --to influxdb copies them while Gridbell runs; move the file away when it agrees, or when it is not wanted',
    ),
  ];
}

function missing({ isInUse, ops }: Patient): readonly Said[] {
  if (isInUse || !ops?.ok || ops.value.reader.position() === 0) return [];
  return [
    problem(
      'history.duckdb is missing',
      'put it back from a copy of the directory; without one Gridbell begins an empty history',
    ),
  ];
}

/** A loss that is older is known, or never will be. */
const wentBackForMs = 30 * day;

/** The running platform has the file for itself: it is asked. */
async function ofRunning(ask: Ask, now: EpochMs): Promise<readonly Said[]> {
  const { body } = await ask('/metrics');
  const sample = (name: string): number =>
    Number(new RegExp(`^${name} (.+)$`, 'm').exec(String(body))?.[1] ?? 0);
  const rejected = sample('gridbell_history_rejected_total');
  const wentBack = sample('gridbell_history_went_back_seconds');
  const [bytes, most] = [
    sample('gridbell_history_outbox_bytes'),
    sample('gridbell_history_outbox_limit_bytes'),
  ];
  const kept = sample('gridbell_history_kept_bytes');
  const waits = `its oldest waiting batch is ${Math.round(sample('gridbell_history_lag_seconds'))} s old, ${inMegabytes(bytes - kept)} MB wait${kept > 0 ? `, ${inMegabytes(kept)} MB are kept until they are surely on its disk` : ''}`;
  if (most > 0 && bytes > most / 2)
    return [
      problem(
        `${waits}: more than half of history-outbox; when it is full only what is vital comes in`,
        'see why history takes nothing over (the log, InfluxDB, the disk), or give history-outbox more where the disk has room',
      ),
    ];
  const lost = sample('gridbell_history_went_back_lost_records');
  const back = `at ${iso(epochMs(wentBack * 1_000))} InfluxDB had lost readings that it had acknowledged: ${sample('gridbell_history_went_back_readings')} were written again`;
  const findings = [
    ...(rejected === 0
      ? []
      : [
          problem(
            `${rejected} readings could not be stored since the start; ${waits}`,
            'they are in quarantine (reason not-stored), each with what helps: mend that, and replay them',
          ),
        ]),
    ...(lost > 0 && now - wentBack * 1_000 < wentBackForMs
      ? [
          problem(
            `${back}, those of ${lost} records were not kept any more`,
            'put back a backup of InfluxDB, or copy them from an older history (gridbell history copy); find out why it was killed, dropped or replaced',
          ),
        ]
      : []),
  ];
  if (findings.length > 0) return findings;
  return [fine(`in use by the platform; ${waits}${wentBack > 0 ? `; ${back}` : ''}`)];
}

const inMegabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
