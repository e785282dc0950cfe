/*
 * Shows what the platform pushes when no page of the console is open, and opens it when it is tapped. Runs beside the
 * console's pages, without their scripts.
 */

/** What came, as far as it can be read: a message that cannot be shown would be one that nobody sees. */
function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const {
    body = '',
    key,
    lifeSafety = false,
    link = null,
    task = null,
    title = 'Gridbell 网格铃',
  } = read(event.data);
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      icon: '/favicon.svg',
      // A repeat of the same message takes its place instead of standing beside it.
      ...(key === undefined ? {} : { tag: key }),
      // A matter of life stays until somebody has seen it.
      requireInteraction: lifeSafety === true,
      data: { link, task },
    }),
  );
});

/** Our own pages only, whatever a message says. */
function addressOf({ link, task }) {
  if (typeof task === 'string')
    return new URL(`/tasks/${encodeURIComponent(task)}`, self.location.origin).href;
  const url = typeof link === 'string' && URL.canParse(link) ? new URL(link) : null;
  return url?.origin === self.location.origin ? url.href : new URL('/', self.location.origin).href;
}

async function show(address) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [page] = pages;
  if (page === undefined) return self.clients.openWindow(address);
  const shown = await page.focus();
  // A page that this worker does not control cannot be led elsewhere.
  return shown.navigate(address).catch(() => self.clients.openWindow(address));
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show(addressOf(event.notification.data ?? {})));
});
