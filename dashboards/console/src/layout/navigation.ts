import { computed } from 'vue';
import { useRoute } from 'vue-router';
import { type Page, type Section, sections } from '../pages/page.ts';
import { pages } from '../pages/pages.ts';
import { maySee } from '../router/router.ts';
import { useSession } from '../session/session.ts';

/** The pages that this person may open, by section; and where we are. */
export function useNavigation() {
  const session = useSession();
  const route = useRoute();
  const mine = computed(() =>
    pages.filter((page) => page.section !== undefined && session.who.value !== null && maySee(page, session)),
  );
  const current = computed(() => route.meta.page?.within ?? route.meta.page?.name);
  const bySection = computed(() =>
    sections
      .map((section): { section: Section; pages: readonly Page[] } => ({
        section,
        pages: mine.value.filter((page) => page.section === section),
      }))
      .filter((group) => group.pages.length > 0),
  );
  return {
    mine,
    bySection,
    current,
    atHand: computed(() => mine.value.filter((page) => page.isAtHand).slice(0, 4)),
  };
}
