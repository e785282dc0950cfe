import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { position } from '#model/brand.ts';
import type { DeliveryRecord, InboxRecord, MessageRecord, PresenceRecord } from '#model/record.ts';
import { community, turned, turnedGateways, victim } from '#tests/broker/hostile/community.ts';
import { inboxKey } from '#tests/broker/support/records.ts';

/** What stands in the inbox and may not, one line each; and what the well-behaved one said. */
export interface Audit {
  readonly forbidden: readonly string[];
  readonly fromVictim: readonly string[];
  readonly messages: number;
  /** Commands that the attackers acknowledged. */
  readonly delivered: number;
}

const plain: ReadonlySet<string> = new Set([...turned, victim]);
const gateways: ReadonlySet<string> = new Set(turnedGateways);

/** Reads the whole inbox and looks at each record by the contract's table of topics, not by the broker's code. */
export function audit(directory: string): Audit {
  const forbidden: string[] = [];
  const fromVictim: string[] = [];
  const online = new Map<string, boolean>();
  const told = new Set<string>();
  let messages = 0;
  for (const record of recordsIn(directory)) {
    if (record.type === 'presence') forbidden.push(...wrongWithPresence(record, online));
    else if (record.type === 'delivery') forbidden.push(...wrongWithDelivery(record, told));
    else if (record.type === 'message') {
      messages++;
      forbidden.push(...wrongWithMessage(record));
      if (record.sender === victim) fromVictim.push(Buffer.from(record.payload).toString());
    } else forbidden.push(`a record of the kind ${record.type}`);
  }
  for (const [device, isOnline] of online)
    if (isOnline && device !== victim) forbidden.push(`${device} is still online`);
  const delivered = [...told].filter((entry) => entry.endsWith(' delivered')).length;
  return { forbidden, fromVictim, messages, delivered };
}

function* recordsIn(directory: string): Generator<InboxRecord> {
  const reader = InboxReader.open({ directory, key: inboxKey });
  let at = position(0);
  for (let portion = reader.read(at, 1_000); portion.length > 0; portion = reader.read(at, 1_000)) {
    at = portion.at(-1)?.position ?? at;
    for (const { record } of portion) yield record;
  }
  reader.close();
}

function wrongWithMessage({ client, messageId, payload, qos, sender, topic }: MessageRecord): string[] {
  const name = `${sender} said something in ${JSON.stringify(topic.slice(0, 100))}`;
  const wrong: string[] = [];
  const own = [`telemetry`, 'status', 'command/reply'].map(
    (what) => `gridbell/${community}/${sender}/${what}`,
  );
  const isDialect = gateways.has(sender) && (topic === 'zigbee2mqtt' || topic.startsWith('zigbee2mqtt/'));
  if (!plain.has(sender) && !gateways.has(sender)) wrong.push(`${name}: who is that?`);
  if (!own.includes(topic) && !isDialect) wrong.push(`${name}: not its topic`);
  if (/[+#\0\p{Surrogate}\ufffd]/u.test(topic)) wrong.push(`${name}: not a topic`);
  // A will has none.
  const isWill = topic === own[1] && Buffer.from(payload).toString() === 'offline';
  const hasId = messageId >= 1 && messageId <= 65_535;
  if (qos > 0 ? !hasId && !isWill : messageId !== 0) wrong.push(`${name}: message id ${messageId}`);
  if (qos > 2) wrong.push(`${name}: QoS ${qos}`);
  if (sender === victim && client !== 'good') wrong.push(`${name} as ${JSON.stringify(client)}`);
  return wrong;
}

/** A command of its own is sent, once, then delivered, over each of its connections; the well-behaved one listens to none. */
function wrongWithDelivery({ command, device, reached }: DeliveryRecord, told: Set<string>): string[] {
  const name = `the command ${command} is ${reached} to ${device}`;
  const wrong: string[] = [];
  if (!command.startsWith(`${device} `) || device === victim) wrong.push(name);
  if (reached === 'delivered' && !told.has(`${command} sent`)) wrong.push(`${name} and was not sent`);
  if (reached === 'sent' && told.has(`${command} sent`)) wrong.push(`${name} a second time`);
  told.add(`${command} ${reached}`);
  return wrong;
}

/** A device comes and goes in turn. */
function wrongWithPresence(
  { device, online: isOnline }: PresenceRecord,
  online: Map<string, boolean>,
): string[] {
  const was = online.get(device) ?? false;
  online.set(device, isOnline);
  return was === isOnline ? [`${device} is ${isOnline ? 'online' : 'offline'} a second time`] : [];
}
