/** Where and as whom a gateway connects. */
export interface Connection {
  readonly dialect: string;
  /** The gateway's, which is its user name as well. */
  readonly id: string;
  /** Null: it is not shown any more; who sets it up has it. */
  readonly token: string | null;
  readonly topic: string | null;
  readonly host: string;
  readonly mqtt: number;
  /** Port of MQTT over TLS; null: none is open. */
  readonly mqtts: number | null;
  /** Of the platform over HTTP. */
  readonly origin: string;
}

/** What is pasted into a file, or typed into a form, of the gateway's own. */
export interface SetUpLines {
  /** Which file, page or command. */
  readonly where: string;
  readonly text: string;
}

type Fields = Connection & { readonly secret: string };
type Writer = (fields: Fields) => readonly SetUpLines[];

/** A word as YAML, TOML and JSON have it. */
const quoted = (text: string): string => JSON.stringify(text);

const zigbee2mqtt: Writer = ({ host, id, mqtt, secret, topic }) => [
  {
    where: 'data/configuration.yaml',
    text: `mqtt:
  base_topic: ${quoted(baseOf(topic, 'zigbee2mqtt'))}
  server: mqtt://${host}:${mqtt}
  user: ${quoted(id)}
  password: ${quoted(secret)}
advanced:
  last_seen: ISO_8601
availability:
  enabled: true
device_options:
  qos: 1
`,
  },
];

const chirpstack: Writer = ({ host, id, mqtt, secret }) => [
  {
    where: '/etc/chirpstack/chirpstack.toml',
    text: `[integration]
  enabled = ["mqtt"]

  [integration.mqtt]
    server = "tcp://${host}:${mqtt}/"
    username = ${quoted(id)}
    password = ${quoted(secret)}
    qos = 1
    json = true
`,
  },
];

const thingsboard: Writer = ({ host, id, mqtt, secret }) => [
  {
    where: 'config/tb_gateway.json',
    text: `${JSON.stringify(
      {
        thingsboard: {
          host,
          port: mqtt,
          security: { type: 'usernamePassword', clientId: id, username: id, password: secret },
        },
      },
      null,
      2,
    )}\n`,
  },
];

const frigate: Writer = ({ host, id, mqtt, secret, topic }) => [
  {
    where: 'config/config.yml',
    text: `mqtt:
  enabled: true
  host: ${host}
  port: ${mqtt}
  topic_prefix: ${quoted(baseOf(topic, 'frigate'))}
  user: ${quoted(id)}
  password: ${quoted(secret)}
`,
  },
];

const tasmota: Writer = ({ host, id, mqtt, secret }) => [
  {
    where: 'Tasmota → Console',
    text: `Backlog MqttHost ${host}; MqttPort ${mqtt}; MqttUser ${id}; MqttPassword ${secret}; SetOption3 1\n`,
  },
];

const shelly: Writer = ({ host, id, mqtt, secret }) => [
  {
    where: 'http://SHELLY/rpc',
    text: `${JSON.stringify(
      {
        id: 1,
        method: 'MQTT.SetConfig',
        params: {
          config: {
            enable: true,
            server: `${host}:${mqtt}`,
            user: id,
            pass: secret,
            rpc_ntf: true,
            status_ntf: true,
          },
        },
      },
      null,
      2,
    )}\n`,
  },
];

const esphome: Writer = ({ host, id, mqtt, secret }) => [
  {
    where: 'DEVICE.yaml',
    text: `mqtt:
  broker: ${host}
  port: ${mqtt}
  username: ${quoted(id)}
  password: ${quoted(secret)}
`,
  },
];

/** docs/bridges.md says why each line stands. */
const bridge: Writer = ({ host, id, mqtt, mqtts, secret, topic }) => [
  {
    where: '/etc/mosquitto/conf.d/gridbell.conf',
    text: `max_queued_messages 200000
max_queued_bytes 0
persistence true
autosave_interval 10

connection gridbell
address ${host}:${mqtts ?? mqtt}
${mqtts === null ? '' : 'bridge_capath /etc/ssl/certs\n'}remote_clientid bridge-1
remote_username ${id}
remote_password ${secret}
topic ${topic ?? '#'} out 1
cleansession false
notifications false
bridge_protocol_version mqttv311
keepalive_interval 30
restart_timeout 5 30
`,
  },
];

/** The Things Stack is a broker itself and calls nobody: Mosquitto fetches from there and hands on. */
const theThingsStack: Writer = (fields) => [
  {
    where: '/etc/mosquitto/conf.d/the-things-stack.conf',
    text: `connection the-things-stack
address eu1.cloud.thethings.network:8883
bridge_capath /etc/ssl/certs
remote_username APPLICATION@ttn
remote_password API-KEY
topic v3/APPLICATION@ttn/devices/+/# in 0
`,
  },
  ...bridge({ ...fields, topic: fields.topic ?? 'v3/#' }),
];

const hikvision: Writer = ({ id, origin, secret }) => {
  const { hostname, port, protocol } = new URL(origin);
  return [
    {
      where: 'Configuration → Network → Advanced → HTTP listening',
      text: `IP/Domain: ${hostname}
Port: ${port || (protocol === 'https:' ? '443' : '80')}
Protocol: ${protocol === 'https:' ? 'HTTPS' : 'HTTP'}
URL: /api/v1/ingest/hikvision
User name: ${id}
Password: ${secret}
`,
    },
  ];
};

const writers: Readonly<Record<string, Writer>> = {
  zigbee2mqtt,
  chirpstack,
  thingsboard,
  frigate,
  tasmota,
  shelly,
  esphome,
  hikvision,
  'home-assistant': bridge,
  'the-things-stack': theThingsStack,
};

/** `zigbee2mqtt/upstairs/#` is below `zigbee2mqtt/upstairs`. */
function baseOf(topic: string | null, usual: string): string {
  const base = (topic ?? '').replace(/\/?[#+].*$/, '');
  return base === '' ? usual : base;
}

export const tokenToFillIn = 'TOKEN';

/** The lines for its dialect; none where the make has a form of its own, for which address, user and topic are all. */
export const setUpLines = (connection: Connection): readonly SetUpLines[] =>
  writers[connection.dialect]?.({ ...connection, secret: connection.token ?? tokenToFillIn }) ?? [];
