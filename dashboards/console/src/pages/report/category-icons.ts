import {
  ArrowUpDown,
  CircleQuestionMark,
  DoorClosed,
  Flame,
  HeartHandshake,
  Leaf,
  MessageCircle,
  UsersRound,
  Wrench,
} from '@lucide/vue';
import type { Component } from 'vue';

const known: Readonly<Record<string, Component>> = {
  fire: Flame,
  'elderly-care': HeartHandshake,
  'access-security': DoorClosed,
  environment: Leaf,
  facilities: Wrench,
  lift: ArrowUpDown,
  'resident-report': MessageCircle,
  dispute: UsersRound,
};

/** A picture beside the word, for who reads little. */
export const categoryIcon = (id: string): Component => known[id] ?? CircleQuestionMark;
