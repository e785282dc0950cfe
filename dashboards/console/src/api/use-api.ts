import { type InjectionKey, inject } from 'vue';
import type { ApiClient } from './client.ts';

export const apiKey: InjectionKey<ApiClient> = Symbol('api');

export function useApi(): ApiClient {
  const api = inject(apiKey);
  if (!api) throw new Error('no API client was provided');
  return api;
}
