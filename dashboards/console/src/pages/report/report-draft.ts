import { reactive, ref } from 'vue';
import { answerOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../i18n/texts.ts';
import { type ChosenPhoto, uploadPhoto } from './photo-upload.ts';
import { newReportKey } from './report-key.ts';

/** A report on its way: what is filled in, its photos, and how it is sent. */
export function useReportDraft() {
  const api = useApi();
  const { t, language } = useTexts();
  const filled = reactive({ category: '', place: '', words: '', phone: '' });
  const photos = ref<readonly ChosenPhoto[]>([]);
  const problem = ref<string | null>(null);
  const isSending = ref(false);
  const isUploading = ref(false);
  const code = ref<string | null>(null);
  let key = newReportKey();

  const wordsOf = (error: unknown): string => {
    const given = error instanceof ApiProblem ? error.code : 'internal';
    switch (given) {
      case 'too-many-requests':
        return t('report.problem-many');
      case 'already-exists':
        return t('report.problem-known');
      case 'unreachable':
        return t('report.problem-unreachable');
      case 'too-large':
      case 'unsupported-media-type':
        return t('report.problem-photo');
      case 'unknown-reference':
        return t('report.problem-gone');
      default:
        return t('report.problem-other');
    }
  };

  return {
    filled,
    photos,
    problem,
    code,
    isSending,
    isUploading,
    async addPhotos(files: readonly File[], most: number): Promise<void> {
      problem.value = null;
      isUploading.value = true;
      try {
        for (const file of files.slice(0, most - photos.value.length)) {
          const photo = await uploadPhoto(file);
          photos.value = [...photos.value, photo];
        }
      } catch (error) {
        problem.value = wordsOf(
          error instanceof TypeError ? new ApiProblem({ status: 0, code: 'unreachable', detail: '' }) : error,
        );
      } finally {
        isUploading.value = false;
      }
    },
    dropPhoto(id: string): void {
      photos.value = photos.value.filter((photo) => photo.id !== id);
    },
    async send(): Promise<void> {
      problem.value = null;
      isSending.value = true;
      const { category, phone, place, words } = filled;
      try {
        const body = {
          category,
          place,
          words,
          key,
          language: language.value,
          photos: photos.value.map(({ id }) => id),
          ...(phone.trim() === '' ? {} : { phone: phone.trim() }),
        };
        code.value = (await answerOf(api.POST('/api/v1/reports', { body }))).code;
      } catch (error) {
        problem.value = wordsOf(error);
      } finally {
        isSending.value = false;
      }
    },
    /** For the next one. */
    clear(): void {
      Object.assign(filled, { category: '', words: '' });
      photos.value = [];
      code.value = null;
      key = newReportKey();
    },
  };
}
export type ReportDraft = ReturnType<typeof useReportDraft>;
