import * as api from './api.js';
import { bitmapOf } from './dom.js';
import { gridOf } from './options.js';
import { Track } from './track.js';
import { say } from './strings.js';

/** What was asked for at once: one job, or one for each thing that is compared. */
export class Drawing {
  /**
   * @param what words for what is drawn
   * @param asked requests with their labels
   * @param model the model that draws
   * @param base a canvas of what is known beforehand, or null
   * @param changed called when something is to be seen
   */
  constructor(what, asked, model, base, changed) {
    this.what = what;
    this.asked = asked;
    this.model = model;
    this.changed = changed;
    this.at = new Date();
    this.chosen = 0;
    this.jobs = [];
    this.failures = [];
    this.tracks = asked.flatMap(({ label, request }, number) => {
      const { captions } = request;
      const grid = gridOf(model, request.grid);
      return Array.from({ length: request.count ?? captions?.length ?? 1 }, (_, i) => {
        const name = [label, captions?.[i % captions.length]].filter(Boolean).join(' \u00b7 ');
        const track = new Track(name, grid, grid.factor * model['image-size'], base, request.kind === 'vary');
        track.job = number;
        track.number = i;
        return track;
      });
    });
    this.tracks.forEach((track, i) => {
      track.label = track.what || (this.tracks.length > 1 ? say('trackNumber', { number: i + 1 }) : what);
    });
  }

  get ended() {
    return this.tracks.every((track) => track.ended);
  }

  get steps() {
    return Math.max(...this.tracks.map((track) => track.steps.length));
  }

  /**
   * Asks the server for all images.
   *
   * @throws the first refusal, if it refuses all of them
   */
  async ask() {
    await Promise.all(
      this.asked.map(async ({ request }, number) => {
        try {
          this.jobs[number] = (await api.submit(request)).id;
        } catch (failure) {
          this.fail(this.of(number), failure);
        }
      }),
    );
    if (this.failures.length === this.asked.length) {
      throw this.failures[0];
    }
  }

  /** Follows what the server does; returns when all has ended. */
  async run() {
    await Promise.all(
      this.jobs.map(async (id, number) => {
        const tracks = this.of(number);
        try {
          await api.follow(id, (name, data) => this.hear(tracks, id, name, data));
        } catch (failure) {
          this.fail(tracks, failure);
        }
        this.changed(this);
      }),
    );
  }

  of(number) {
    return this.tracks.filter((track) => track.job === number);
  }

  fail(tracks, failure) {
    this.failures.push(failure);
    tracks.filter((track) => !track.ended).forEach((track) => (track.state = 'failed'));
  }

  async hear(tracks, id, name, data) {
    switch (name) {
      case 'queued':
        tracks.forEach((track) => Object.assign(track, { state: 'queued', place: data.place }));
        break;
      case 'started':
        tracks.forEach((track) => (track.state = 'running'));
        break;
      case 'step':
        tracks[data.image].add(data);
        break;
      case 'preview':
        tracks[data.image].show(await bitmapOf(data.png));
        break;
      case 'image': {
        const { number, seed, index } = data.image;
        const blob = await api.image(id, number);
        tracks[number].finish(blob, await createImageBitmap(blob), seed, index);
        break;
      }
      case 'failed':
        this.fail(tracks, new Error(data.problem.detail));
        break;
      case 'cancelled':
        tracks.filter((track) => !track.ended).forEach((track) => (track.state = 'cancelled'));
        break;
      default:
    }
    this.changed(this);
  }

  /** Ends what has not ended. */
  cancel() {
    this.cancelled = true;
    this.jobs.forEach((id, number) => {
      if (this.of(number).some((track) => !track.ended)) {
        api.cancel(id).catch(() => {});
      }
    });
  }

  forget() {
    this.cancel();
    this.tracks.forEach((track) => track.forget());
  }
}
