interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Reads a cursor-paged list to its end. */
export async function allPages<Item>(
  read: (query: { limit: number; cursor?: string }) => Promise<ListPage<Item>>,
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}
