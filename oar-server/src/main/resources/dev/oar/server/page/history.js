import { byId, element } from './dom.js';
import { say } from './strings.js';

const KEPT = 60;
const PICTURES = 4;

/** What was drawn since the page was opened. */
export class History {
  /** @param opened called with a drawing that the user wants to see again */
  constructor(opened) {
    this.opened = opened;
    this.drawings = [];
    this.shown = null;
    byId('forget').addEventListener('click', () => this.clear());
  }

  /** Keeps a drawing; the oldest goes when there are too many. */
  add(drawing) {
    this.drawings.unshift(drawing);
    this.drawings.splice(KEPT).forEach((old) => old.forget());
    this.mark(drawing);
  }

  /** Notes which one is looked at. */
  mark(drawing) {
    this.shown = drawing;
    this.fill();
  }

  /** Shows what there is. */
  fill() {
    byId('history-empty').hidden = this.drawings.length > 0;
    byId('forget').hidden = !this.drawings.some((each) => each !== this.shown);
    byId('history').replaceChildren(...this.drawings.map((drawing) => this.entry(drawing)));
  }

  entry(drawing) {
    const pictures = drawing.tracks
      .filter((track) => track.url)
      .slice(0, PICTURES)
      .map((track) => element('img', { src: track.url, alt: '' }));
    const n = drawing.tracks.length === 1 ? say('image') : say('images', { n: drawing.tracks.length });
    const time = drawing.at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const button = element(
      'button',
      {
        type: 'button',
        'aria-label': say('historyEntry', { what: drawing.what, n, time }),
        title: drawing.what,
        class: pictures.length > 1 ? 'several' : '',
        'aria-current': drawing === this.shown ? 'true' : null,
        onclick: () => this.opened(drawing),
      },
      ...pictures,
    );
    return element('li', {}, button);
  }

  /** Forgets all but what is looked at. */
  clear() {
    this.drawings.filter((each) => each !== this.shown).forEach((each) => each.forget());
    this.drawings = this.drawings.filter((each) => each === this.shown);
    this.fill();
    byId('history-title').focus();
  }
}
