import { type InjectionKey, inject, type Ref, shallowRef } from 'vue';

export type ToastTone = 'done' | 'problem';
export interface Toast {
  readonly id: number;
  readonly tone: ToastTone;
  readonly text: string;
}

export interface Toasts {
  readonly shown: Ref<readonly Toast[]>;
  say(text: string, tone?: ToastTone): void;
  remove(id: number): void;
}

export const toastsKey: InjectionKey<Toasts> = Symbol('toasts');

/** Short words on what was done or went wrong, announced to screen readers as well. */
export function createToasts(): Toasts {
  const shown = shallowRef<readonly Toast[]>([]);
  let next = 1;
  return {
    shown,
    say(text, tone = 'done') {
      shown.value = [...shown.value, { id: next++, tone, text }];
    },
    remove(id) {
      shown.value = shown.value.filter((toast) => toast.id !== id);
    },
  };
}

export function useToasts(): Toasts {
  const toasts = inject(toastsKey);
  if (!toasts) throw new Error('no toasts were provided');
  return toasts;
}
