import { advice, type Check, fine, problem, type Said } from '#app/doctor/finding.ts';

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

export const configuration: Check = {
  name: 'configuration',
  examine: ({ config, mistakes }) => {
    if (config === null)
      return [problem(mistakes ?? 'cannot be read', 'correct what is named and run this again')];
    const said: Said[] = [];
    if (!isLoopback(config.host) && config.mqtt.tls === null)
      said.push(
        advice(
          `listens on ${config.host} without TLS: passwords and tokens cross the network in the clear`,
          'give tls-cert and tls-key for the devices, and put HTTP behind a proxy with TLS; or set host to 127.0.0.1',
        ),
      );
    if (config.clock === 'data')
      said.push(
        advice(
          'clock is data: for replays and tests. Alarms by silence and deadlines wait for the next reading',
          'for a real community take clock: data out of the settings',
        ),
      );
    if (config.logLevel === 'silent')
      said.push(
        advice('log-level is silent: nobody will know why something failed', 'set log-level to info'),
      );
    return said.length > 0 ? said : [fine(`settings are valid, data in ${config.dataDir}`)];
  },
};
