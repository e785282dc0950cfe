import {
  AlarmSmoke,
  ArrowUpDown,
  BedDouble,
  BellRing,
  Camera,
  Cctv,
  DoorOpen,
  Droplets,
  Flame,
  Gauge,
  IdCard,
  Megaphone,
  PersonStanding,
  Radar,
  Router,
  Thermometer,
  Watch,
  Waves,
  Wind,
} from '@lucide/vue';
import type { Component } from 'vue';

/** The kinds of devices that the catalogue names; any other is a measuring thing. */
const icons: Readonly<Record<string, Component>> = {
  'smoke-detector': AlarmSmoke,
  'heat-detector': Flame,
  'co-detector': Wind,
  'gas-detector': Waves,
  'water-leak': Droplets,
  door: DoorOpen,
  'access-reader': IdCard,
  'sos-button': BellRing,
  wearable: Watch,
  'fall-radar': Radar,
  motion: PersonStanding,
  'bed-sensor': BedDouble,
  camera: Cctv,
  lift: ArrowUpDown,
  'fire-lane-camera': Camera,
  environment: Thermometer,
  'water-meter': Gauge,
  siren: Megaphone,
  gateway: Router,
};

export const deviceKindIcon = (kind: string): Component => icons[kind] ?? Gauge;
