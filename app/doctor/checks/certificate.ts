import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import { day, type EpochMs } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';

const soonDays = 30;

/** That of MQTTS: there, of one pair with its key, and valid for long enough. */
export const certificate: Check = {
  name: 'certificate',
  examine: ({ config, now }) => {
    const tls = config?.mqtt.tls;
    if (!tls) return [];
    try {
      const found = new X509Certificate(readFileSync(tls.certFile));
      const said = [validity(found, now)];
      if (!found.checkPrivateKey(createPrivateKey(readFileSync(tls.keyFile))))
        said.push(
          problem(`${tls.keyFile} is not the key of ${tls.certFile}`, 'give the two that were made together'),
        );
      return said;
    } catch (error) {
      return [
        problem(
          `${tls.certFile} and ${tls.keyFile} cannot be read (${messageOf(error)})`,
          'give a certificate and its key, in PEM, that the user who starts Gridbell may read',
        ),
      ];
    }
  },
};

function validity(found: X509Certificate, now: EpochMs): Said {
  const names = found.subjectAltName ?? found.subject.replaceAll('\n', ', ');
  const days = Math.floor((found.validToDate.getTime() - now) / day);
  const todo = 'have it renewed, put it in place and start Gridbell anew; devices refuse it from then on';
  if (days < 0) return problem(`the certificate of ${names} has expired ${-days} days ago`, todo);
  if (found.validFromDate.getTime() > now)
    return problem(
      `the certificate of ${names} is not valid yet`,
      'look at the clock of the machine, else have it made anew',
    );
  const said = `the certificate of ${names} is valid for ${days} days`;
  return days < soonDays ? warning(said, todo) : fine(said);
}
