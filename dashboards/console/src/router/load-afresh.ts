const mark = 'gridbell.loaded-afresh';

/**
 * Loads an address of the console anew, once, where the server answers: otherwise the page that stands is worth more than
 * none.
 */
export async function loadAfresh(path: string): Promise<void> {
  if (sessionStorage.getItem(mark) !== null) return;
  const answer = await fetch('/', { headers: { accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok) return;
  sessionStorage.setItem(mark, path);
  location.assign(path);
}

/** A page stands: the next that does not come may be tried again. */
export const stands = (): void => sessionStorage.removeItem(mark);
