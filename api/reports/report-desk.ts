import type { FastifyRequest } from 'fastify';
import type { ApiContext } from '#api/context.ts';
import { PictureDesk } from '#api/photos/picture.ts';
import { PlaceCodes } from '#api/reports/place-codes.ts';
import { ResidentLimits } from '#api/reports/resident-limits.ts';
import { TrackingCodes, unknownCode } from '#api/reports/tracking-codes.ts';
import type { PlaceId } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import type { Actor } from '#model/record.ts';
import { equalHashes } from '#model/secrets.ts';
import type { Task } from '#model/task.ts';

export interface ResidentOptions {
  /** Reports of one address in an hour. */
  readonly reportsOfAddress: number;
  /** Reports about one building in an hour. */
  readonly reportsAboutPlace: number;
}

const resident: Actor = { kind: 'resident', id: 'resident' };

/** What the routes of residents have in common. */
export class ReportDesk {
  readonly codes: TrackingCodes;
  readonly places: PlaceCodes;
  readonly limits: ResidentLimits;
  readonly pictures = new PictureDesk();
  readonly #context: ApiContext;

  constructor(context: ApiContext, options: ResidentOptions) {
    const { residentKey } = context.platform;
    this.#context = context;
    this.codes = new TrackingCodes(residentKey);
    this.places = new PlaceCodes(residentKey);
    this.limits = new ResidentLimits({ ...options, clock: context.wallClock });
  }

  /** What a resident asks of the engine. */
  execute(command: Command): Promise<unknown> {
    return this.#context.platform.execute(resident, command);
  }

  /** The task of a tracking code; guesses are counted. */
  tracked(typed: string, request: FastifyRequest): { readonly task: Task; readonly codeHash: string } {
    const address = addressOf(request);
    this.limits.look(address);
    this.limits.guess(address);
    const { reader } = this.#context;
    try {
      const codeHash = this.codes.hashOf(typed);
      const entry = reader.reports.byCode(codeHash);
      const task = entry && equalHashes(entry.codeHash, codeHash) ? reader.task(entry.task) : undefined;
      if (!task) throw unknownCode();
      return { task, codeHash };
    } catch (error) {
      if (error instanceof GridbellError && error.code === 'not-found') this.limits.missed(address);
      throw error;
    }
  }

  /** The building that a place lies in; the place itself where it is wider. */
  buildingOf(place: PlaceId): PlaceId {
    const { configuration } = this.#context;
    return configuration.path(place).find((step) => configuration.place(step)?.kind === 'building') ?? place;
  }

  /** Throws `unknown-reference` when one of them is not there (any more). */
  async keepPhotosFresh(photos: readonly string[]): Promise<void> {
    const { platform, wallClock } = this.#context;
    if (photos.length === 0 || (await platform.photos.refresh(photos, wallClock.now()))) return;
    throw new GridbellError('unknown-reference', 'A photo is not there any more; add it again.', {
      extra: { issues: [{ path: 'photos', message: 'names a photo that is not there' }] },
    });
  }

  /** Its id: drawn anew and kept; what names it comes later. */
  async keepPhoto(photo: unknown): Promise<string> {
    if (!(photo instanceof Uint8Array))
      throw new GridbellError(
        'unsupported-media-type',
        'Send the photo itself, as image/jpeg, image/png or image/webp.',
      );
    return await this.#context.platform.photos.keep(await this.pictures.draw(photo));
  }
}

/** A socket file has no addresses. */
export const addressOf = ({ ip }: FastifyRequest): string => ip || 'socket';
