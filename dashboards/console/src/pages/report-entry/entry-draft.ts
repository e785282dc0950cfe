import { useMutation, useQueryClient } from '@tanstack/vue-query';
import { reactive, ref } from 'vue';
import { answerOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../i18n/texts.ts';
import { type ChosenPhoto, uploadPhoto } from '../report/photo-upload.ts';
import { newReportKey } from '../report/report-key.ts';

/** How a report reaches staff. */
export const entryChannels = ['phone', 'counter', 'visit', 'wechat', 'paper'] as const;
export type EntryChannel = (typeof entryChannels)[number];
export type Entered = AnswerOf<'postReports', 201>;

/** As many as the server takes with one report. */
export const mostPhotos = 6;

/** A report that staff take down for a resident: what is filled in, its photos, and how it is sent. */
export function useEntryDraft() {
  const api = useApi();
  const queries = useQueryClient();
  const { word } = useTexts();
  const filled = reactive({
    channel: 'phone' as EntryChannel,
    place: '',
    category: '',
    words: '',
    phone: '',
    language: 'zh' as 'zh' | 'en',
  });
  const photos = ref<readonly ChosenPhoto[]>([]);
  const isUploading = ref(false);
  const problem = ref<string | null>(null);
  /** The task in which the same stands already. */
  const standing = ref<string | null>(null);
  let key = newReportKey();

  const sending = useMutation({
    mutationFn: () => {
      const { phone, ...rest } = filled;
      const body = {
        ...rest,
        words: filled.words.trim(),
        photos: photos.value.map(({ id }) => id),
        key,
        ...(phone.trim() === '' ? {} : { phone: phone.trim() }),
      };
      return answerOf(api.POST('/api/v1/reports', { body }));
    },
    retry: false,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  });

  function failed(error: unknown): void {
    problem.value = word('problems', error instanceof ApiProblem ? error.code : 'unreachable');
    const known = error instanceof ApiProblem && error.code === 'already-exists' ? error.standing : null;
    standing.value = typeof known === 'object' && known !== null && 'id' in known ? String(known.id) : null;
  }

  return {
    filled,
    photos,
    isUploading,
    isSending: sending.isPending,
    problem,
    standing,
    async addPhotos(files: readonly File[]): Promise<void> {
      problem.value = null;
      isUploading.value = true;
      try {
        for (const file of files.slice(0, mostPhotos - photos.value.length))
          photos.value = [...photos.value, await uploadPhoto(file)];
      } catch (error) {
        failed(error);
      } finally {
        isUploading.value = false;
      }
    },
    dropPhoto(id: string): void {
      photos.value = photos.value.filter((photo) => photo.id !== id);
    },
    /** What was entered; null: it did not arrive, and all is still there. */
    async send(): Promise<Entered | null> {
      problem.value = null;
      standing.value = null;
      try {
        return await sending.mutateAsync();
      } catch (error) {
        failed(error);
        return null;
      }
    },
    /** For the next one, which most often comes the same way. */
    clear(): void {
      Object.assign(filled, { place: '', category: '', words: '', phone: '' });
      photos.value = [];
      key = newReportKey();
    },
  };
}
export type EntryDraft = ReturnType<typeof useEntryDraft>;
