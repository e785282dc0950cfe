/** Types of launch.js, which stays plain JavaScript because an old Node runs it. */
export function launch(script: string, args: readonly string[]): Promise<void>;
