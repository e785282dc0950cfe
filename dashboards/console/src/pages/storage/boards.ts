/** The boards of dashboards/grafana; a test compares them. */
export const boards = [
  'community-overview',
  'fire-safety',
  'elderly-care',
  'access-and-cameras',
  'device-health',
  'tasks-and-indicators',
  'platform-health',
] as const;
export type Board = (typeof boards)[number];

/** Where a board is; its links come back to the console at `origin`. */
export const boardAddress = (
  grafana: string,
  board: Board,
  { language, origin }: { readonly language: 'zh' | 'en'; readonly origin: string },
): string => {
  const root = grafana.replace(/\/+$/, '');
  return `${root}/d/gridbell-${board}-${language}?${new URLSearchParams({ 'var-console': origin }).toString()}`;
};
