import { byName, type Words } from './words.ts';

export const words = byName(
  import.meta.glob<Words>('./locales/en/*.json', { eager: true, import: 'default' }),
);
