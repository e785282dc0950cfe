import { type Check, fine, warning } from '#app/doctor/finding.ts';
import type { Patient } from '#app/doctor/patient.ts';
import { keptFiles, openFilesLimit } from '#app/open-files.ts';

/** For devices that come back before their old connection is given up. */
const spare = 2;
const fewDevices = 500;

/** Each connection is an open file. */
export const openFiles: Check = {
  name: 'open-files',
  examine: (patient) => {
    const limit = openFilesLimit();
    if (patient.config === null || limit === null) return [];
    const most = Math.max(1, limit - keptFiles);
    const wanted = Math.min(patient.config.mqttLimits.connections, connectionsOf(patient));
    if (most >= wanted) return [fine(`${limit} files may be open, enough for ${most} connections`)];
    return [
      warning(
        `${limit} files may be open: ${most} connections fit, and ${wanted} may be wanted`,
        `ulimit -n ${wanted + keptFiles}, or LimitNOFILE= of its service`,
      ),
    ];
  },
};

function connectionsOf({ ops }: Patient): number {
  const devices = ops?.ok ? ops.value.reader.all('device').length : 0;
  return Math.max(fewDevices, devices) * spare;
}
