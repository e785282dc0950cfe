import { usePreferredDark, useStorage } from '@vueuse/core';
import { type ComputedRef, computed, type InjectionKey, inject, type Ref, watchEffect } from 'vue';

export const appearances = ['system', 'light', 'dark'] as const;
export type AppearanceChoice = (typeof appearances)[number];

export interface Appearance {
  /** What the person chose; kept in this browser. */
  readonly choice: Ref<AppearanceChoice>;
  readonly shown: ComputedRef<'light' | 'dark'>;
}

export const appearanceKey: InjectionKey<Appearance> = Symbol('appearance');

/** Light or dark: as the person chose, else as the system is set. Writes it where the style sheet reads it. */
export function createAppearance(): Appearance {
  const choice = useStorage<AppearanceChoice>('gridbell-appearance', 'system');
  const prefersDark = usePreferredDark();
  const shown = computed(() => {
    if (choice.value === 'light' || choice.value === 'dark') return choice.value;
    return prefersDark.value ? 'dark' : 'light';
  });
  watchEffect(() => {
    document.documentElement.dataset['theme'] = shown.value;
  });
  return { choice, shown };
}

export function useAppearance(): Appearance {
  const appearance = inject(appearanceKey);
  if (!appearance) throw new Error('no appearance was provided');
  return appearance;
}
