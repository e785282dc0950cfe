import { words } from 'virtual:words';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp, watch } from 'vue';
import { createApiClient } from './api/client.ts';
import { apiKey } from './api/use-api.ts';
import App from './app.vue';
import { createMessages } from './i18n/language.ts';
import { createVocabulary, vocabularyKey } from './i18n/vocabulary.ts';
import { createToasts, toastsKey } from './layout/toasts.ts';
import { createLive, liveKey } from './live/live.ts';
import { createQueries } from './queries/query-client.ts';
import { createConsoleRouter } from './router/router.ts';
import { createSession, sessionKey } from './session/session.ts';
import { appearanceKey, createAppearance } from './theme/appearance.ts';
import './theme/tokens.css';
import './theme/base.css';
import './theme/forms.css';
import './theme/floating.css';

const vocabulary = createVocabulary(words);
const { messages, loaded, learn } = createMessages(vocabulary);
const session = createSession(() => api);
const api = createApiClient({
  language: () => messages.global.locale.value,
  onSignedOut: () => session.ended(),
});

const queries = createQueries();
// What one person was shown is not the next one's to see.
watch(
  () => session.who.value?.user.id,
  () => queries.clear(),
  { flush: 'sync' },
);

// Whoever was here before goes on; where that cannot be asked, the page for signing in says what is wrong.
await Promise.all([loaded, session.resume().catch(() => undefined)]);

createApp(App)
  .use(messages)
  .use(VueQueryPlugin, { queryClient: queries })
  .use(createConsoleRouter(session, learn))
  .provide(vocabularyKey, vocabulary)
  .provide(apiKey, api)
  .provide(sessionKey, session)
  .provide(
    liveKey,
    createLive(() => session.ended()),
  )
  .provide(toastsKey, createToasts())
  .provide(appearanceKey, createAppearance())
  .mount('#app');
