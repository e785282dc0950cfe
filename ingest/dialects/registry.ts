import { careWatch } from '#ingest/dialects/care-watch.ts';
import { chirpstack } from '#ingest/dialects/chirpstack.ts';
import { custom } from '#ingest/dialects/custom.ts';
import type { Dialect } from '#ingest/dialects/dialect.ts';
import { esphome } from '#ingest/dialects/esphome.ts';
import { fallRadar } from '#ingest/dialects/fall-radar.ts';
import { frigate } from '#ingest/dialects/frigate.ts';
import { hikvision } from '#ingest/dialects/hikvision.ts';
import { homeAssistant } from '#ingest/dialects/home-assistant.ts';
import { native } from '#ingest/dialects/native.ts';
import { onvif } from '#ingest/dialects/onvif.ts';
import { senml } from '#ingest/dialects/senml.ts';
import { shelly } from '#ingest/dialects/shelly.ts';
import { tasmota } from '#ingest/dialects/tasmota.ts';
import { theThingsStack } from '#ingest/dialects/the-things-stack.ts';
import { thingsboard } from '#ingest/dialects/thingsboard.ts';
import { zigbee2mqtt } from '#ingest/dialects/zigbee2mqtt.ts';

/** The dialects that are built; a gateway of another one keeps its messages in quarantine until its dialect is there. */
export const dialects: ReadonlyMap<string, Dialect> = new Map(
  [
    native,
    senml,
    zigbee2mqtt,
    thingsboard,
    chirpstack,
    theThingsStack,
    frigate,
    onvif,
    fallRadar,
    careWatch,
    hikvision,
    tasmota,
    shelly,
    esphome,
    homeAssistant,
    custom,
  ].map((dialect) => [dialect.id, dialect]),
);
