import { problemOf } from '../../api/problem.ts';

/** A photo that is chosen: shown at once, kept by the server when it has an id. */
export interface ChosenPhoto {
  readonly name: string;
  readonly preview: string;
  readonly id: string;
}

const previewSide = 240;

/** A small picture to look at, drawn here: the policy of the page lets no other in. */
async function previewOf(file: File): Promise<string> {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = previewSide / Math.max(bitmap.width, bitmap.height);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return canvas.toDataURL('image/jpeg', 0.8);
  } catch {
    return '';
  }
}

/** Sends a photo ahead of its report. Throws an ApiProblem. */
export async function uploadPhoto(file: File): Promise<ChosenPhoto> {
  const response = await fetch('/api/v1/reports/photos', {
    method: 'POST',
    headers: { 'content-type': file.type.startsWith('image/') ? file.type : 'application/octet-stream' },
    body: file,
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || typeof body !== 'object' || body === null || !('id' in body))
    throw problemOf(body, response);
  return { name: file.name, preview: await previewOf(file), id: String(body.id) };
}
