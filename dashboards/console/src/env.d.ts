/// <reference types="vite/client" />

/** Made by `words-of-pages.ts` at the build. */
declare module 'virtual:words' {
  export const words: import('./i18n/vocabulary.ts').WordLoaders;
}
