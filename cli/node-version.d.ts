/** Types of node-version.js, which stays plain JavaScript because an old Node runs it. */
export function isNewEnough(version: string): boolean;
export function bundledNode(search: {
  readonly from: string;
  readonly platform: string;
  readonly arch: string;
  readonly exists: (path: string) => boolean;
}): string | undefined;
