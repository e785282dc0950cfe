import { onMounted, type Ref, readonly, ref } from 'vue';
import { answerOf, doneOf } from '../api/client.ts';
import { useApi } from '../api/use-api.ts';

/** `insecure`: browsers allow it over HTTPS only (and on this machine); `denied`: the person said no in the browser. */
export type PushState = 'unknown' | 'unsupported' | 'insecure' | 'denied' | 'off' | 'on';

const worker = '/push-worker.js';

function whatStands(): PushState | null {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return 'unsupported';
  return Notification.permission === 'denied' ? 'denied' : null;
}

/** Base64url, as keys are written, to bytes, as the browser wants them. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Whether this browser shows notifications while the console is closed, and turning it on and off. */
export function usePush(): {
  readonly state: Readonly<Ref<PushState>>;
  readonly isBusy: Readonly<Ref<boolean>>;
  /** Throws what went wrong; afterwards `state` says what stands. */
  turn(on: boolean): Promise<void>;
} {
  const api = useApi();
  const state = ref<PushState>('unknown');
  const isBusy = ref(false);

  async function look(): Promise<void> {
    const refused = whatStands();
    if (refused !== null) {
      state.value = refused;
      return;
    }
    const registration = await navigator.serviceWorker.getRegistration('/');
    state.value = (await registration?.pushManager.getSubscription()) ? 'on' : 'off';
  }

  async function subscribe(): Promise<void> {
    if ((await Notification.requestPermission()) !== 'granted') return;
    const { vapidPublicKey } = await answerOf(api.GET('/api/v1/preferences'));
    await navigator.serviceWorker.register(worker, { scope: '/' });
    const { pushManager } = await navigator.serviceWorker.ready;
    const subscription = await pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(vapidPublicKey),
    });
    const { endpoint = '', keys = {} } = subscription.toJSON();
    const { auth = '', p256dh = '' } = keys;
    try {
      await doneOf(api.POST('/api/v1/push-subscriptions', { body: { endpoint, keys: { auth, p256dh } } }));
    } catch (error) {
      // The platform would not know of it: better none than one that never rings.
      await subscription.unsubscribe();
      throw error;
    }
  }

  async function unsubscribe(): Promise<void> {
    const registration = await navigator.serviceWorker.getRegistration('/');
    const subscription = await registration?.pushManager.getSubscription();
    if (!subscription) return;
    const { endpoint } = subscription;
    await subscription.unsubscribe();
    // One that the platform has forgotten is as good.
    await doneOf(api.DELETE('/api/v1/push-subscriptions', { body: { endpoint } })).catch(() => undefined);
  }

  onMounted(() => void look().catch(() => (state.value = 'unsupported')));
  return {
    state: readonly(state),
    isBusy: readonly(isBusy),
    async turn(on) {
      isBusy.value = true;
      try {
        await (on ? subscribe() : unsubscribe());
      } finally {
        isBusy.value = false;
        await look();
      }
    },
  };
}
