import * as api from './api.js';
import { announce, byId, element, onThemeChange } from './dom.js';
import { segments } from './form.js';
import { chart, paint } from './paint.js';
import { Player } from './player.js';
import { say } from './strings.js';

const OVERLAYS = ['picture', 'ranks', 'confidence', 'candidates'];
const LISTED = 4;

/** Shows a drawing: its images as they are drawn, the player, what is known of every step, and what can be done with an image. */
export class Result {
  /** @param acts what the buttons do: `cancel`, `change(track)`, `again(track)`, `complain(error)` */
  constructor(acts) {
    this.acts = acts;
    this.drawing = null;
    this.overlay = 'picture';
    this.waiting = false;
    this.cards = [];
    this.theme = 0;
    this.stale = false;
    this.player = new Player(byId('player'), (step, chosen) => {
      this.paintSoon();
      if (chosen) {
        announce(this.stepText());
      }
    });
    segments(byId('overlays'), 'overlay', OVERLAYS, (each) => say(`overlay.${each}`), (each) => {
      this.overlay = each;
      byId('legend').hidden = each === 'picture';
      if (each !== 'picture') {
        byId('legend-low').textContent = say(`low.${each}`);
        byId('legend-high').textContent = say(`high.${each}`);
      }
      this.paintSoon();
    });
    byId('cancel').addEventListener('click', () => acts.cancel(this.drawing));
    byId('copy').addEventListener('click', () => this.copy());
    byId('change').addEventListener('click', () => acts.change(this.track));
    byId('again').addEventListener('click', () => acts.again(this.track));
    byId('table').addEventListener('toggle', () => this.fillTable());
    onThemeChange(() => {
      this.theme++;
      this.paintSoon();
    });
    addEventListener('resize', () => this.paintSoon());
  }

  get track() {
    return this.drawing?.tracks[this.drawing.chosen];
  }

  /** Shows a drawing from now on. */
  open(drawing) {
    this.drawing = drawing;
    byId('empty').hidden = true;
    byId('shown').hidden = false;
    byId('result-title').textContent = drawing.what;
    byId('tracks').classList.toggle('many', drawing.tracks.length > 1);
    this.cards = drawing.tracks.map((track, number) => this.card(track, number));
    byId('tracks').replaceChildren(...this.cards.map((card) => card.figure));
    this.player.reset(drawing.steps);
    this.choose(drawing.chosen);
  }

  card(track, number) {
    const canvas = element('canvas', { role: 'img' });
    const name = element('strong');
    const about = element('span');
    const caption = element('figcaption', {}, name, about);
    const bar = element('progress', { max: 1, value: 0, 'aria-hidden': 'true' });
    if (this.drawing.tracks.length === 1) {
      return { canvas, name, about, caption, bar, figure: element('figure', {}, canvas, bar, caption) };
    }
    const button = element('button', { type: 'button', class: 'pick', onclick: () => this.choose(number) }, canvas);
    return { canvas, name, about, caption, bar, button, figure: element('figure', {}, button, bar, caption) };
  }

  choose(number) {
    this.drawing.chosen = number;
    this.cards.forEach((card, i) => card.button?.setAttribute('aria-pressed', String(i === number)));
    this.update(this.drawing);
  }

  /** Shows what has changed, if this drawing is shown. */
  update(drawing) {
    if (drawing !== this.drawing) {
      return;
    }
    this.stale = true;
    this.paintSoon();
  }

  /** Shows what is known beside the pictures. */
  fill() {
    this.stale = false;
    this.player.extend(this.drawing.steps);
    byId('cancel').hidden = this.drawing.ended;
    this.fillChips();
    this.fillMade();
    this.fillTable();
  }

  paintSoon() {
    if (!this.waiting && this.drawing) {
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this.paint();
      });
    }
  }

  paint() {
    if (this.stale) {
      this.fill();
    }
    const { tracks } = this.drawing;
    this.cards.forEach((card, i) => {
      const track = tracks[i];
      const step = Math.min(this.player.at, track.steps.length);
      const look = [step, this.overlay, track.state, track.place, track.done, track.previewSteps, card.canvas.clientWidth, this.theme].join();
      if (look === card.look) {
        return;
      }
      card.look = look;
      paint(card.canvas, track, step, this.overlay);
      card.canvas.setAttribute('aria-label', this.canvasText(track, step));
      card.button?.setAttribute('aria-label', say('choose', { what: this.canvasText(track, step) }));
      card.name.textContent = track.what;
      card.about.textContent = this.cardText(track);
      card.caption.classList.toggle('wrong', track.state === 'failed');
      card.bar.value = track.total ? track.done / track.total : 0;
      card.bar.classList.toggle('over', track.ended);
    });
    this.player.where.textContent = this.stepText();
    this.paintChart();
  }

  canvasText(track, step) {
    return track.ended
      ? say('canvasDone', { what: track.label, step, steps: track.steps.length })
      : say('canvasRunning', { what: track.label, done: track.done, total: track.total });
  }

  cardText(track) {
    if (track.state === 'done') {
      return say('trackSeed', { seed: track.seed, index: track.index });
    }
    if (track.state === 'running' && track.done > 0) {
      return say('progress', { done: track.done, total: track.total });
    }
    return say(`state.${track.state}`, { place: track.place });
  }

  /** What the step that is shown did, in words. */
  stepText() {
    const track = this.track;
    const at = Math.min(this.player.at, track.steps.length);
    const parts = [say('stepOf', { step: this.player.at, steps: this.player.steps })];
    const step = track.steps[at - 1];
    if (!step) {
      return this.player.steps > 0 ? `${parts[0]} \u00b7 ${say('stepBefore')}` : '';
    }
    parts.push(
      step.cells.length <= LISTED
        ? step.cells.map((cell) => this.cellText(track, step, cell)).join('; ')
        : say('stepCells', { n: step.cells.length }),
    );
    const confidence = track.confidence(step);
    if (confidence !== null) {
      parts.push(say('stepConfidence', { value: rounded(confidence) }));
    }
    if (this.overlay === 'candidates' && step.candidates) {
      const { cells, low, high } = step.candidates;
      parts.push(say('stepCandidates', { n: cells.length, low: rounded(low), high: rounded(high) }));
    }
    return parts.filter(Boolean).join(' \u00b7 ');
  }

  cellText(track, step, cell) {
    const box = track.box(step, cell);
    return say('stepCell', { row: box.row + 1, column: box.column + 1 });
  }

  paintChart() {
    const track = this.track;
    const canvas = byId('chart');
    const told = chart(canvas, track, Math.min(this.player.at, track.steps.length));
    const says = byId('chart-says');
    if (this.overlay === 'candidates' && track.steps.length > 0 && track.candidateRange() === null) {
      says.textContent = say('noCandidates');
      return;
    }
    if (told === null) {
      says.textContent = track.steps.length > 0 ? say('noConfidence') : '';
      return;
    }
    says.textContent = say('chart');
    canvas.setAttribute(
      'aria-label',
      say('chartSaid', {
        low: rounded(told.low),
        high: rounded(told.high),
        now: told.now === null ? '\u2013' : rounded(told.now),
      }),
    );
  }

  fillChips() {
    const { request } = this.drawing.asked[this.track.job];
    const order = request.order ?? (request['order-cells'] ? 'given' : '');
    const words = [say(`kind.${request.kind}`), request.model, order].filter(Boolean);
    byId('chips').replaceChildren(...words.map((word) => element('span', {}, word)));
  }

  fillTable() {
    const details = byId('table');
    const track = this.track;
    details.hidden = track === undefined || track.steps.length === 0;
    const rows = byId('table-rows');
    if (!details.open || details.hidden) {
      rows.replaceChildren();
      return;
    }
    rows.replaceChildren(
      ...track.steps.map((step, i) => {
        const cells = step.cells.map((cell) => {
          const box = track.box(step, cell);
          return `${box.row + 1}, ${box.column + 1}`;
        });
        const confidence = track.confidence(step);
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, String(i + 1)),
          element('td', {}, cells.join('; ')),
          element('td', {}, confidence === null ? '\u2013' : rounded(confidence)),
        );
      }),
    );
  }

  /** The command and the buttons of the image that is looked at. */
  fillMade() {
    const track = this.track;
    const done = track.state === 'done';
    byId('command').textContent = track.info?.command ?? say('commandWait');
    for (const id of ['copy', 'change', 'again']) {
      byId(id).disabled = !done || (id !== 'change' && !track.info);
    }
    const link = byId('download');
    link.hidden = !done;
    if (done) {
      link.href = track.url;
      link.download = `${track.seed}-${track.index}.png`;
      this.readInfo(track);
    }
  }

  readInfo(track) {
    if (track.asksInfo) {
      return;
    }
    track.asksInfo = true;
    api.pngInfo(track.blob).then(
      (info) => {
        track.info = info;
        this.update(this.drawing);
      },
      (failure) => this.acts.complain(failure),
    );
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.track.info.command);
      announce(say('copied'));
      const button = byId('copy');
      button.textContent = say('copied');
      setTimeout(() => (button.textContent = say('copy')), 1500);
    } catch {
      this.acts.complain(new Error(say('copyFailed')));
    }
  }
}

function rounded(value) {
  const digits = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3);
  return digits.replace('-', '\u2212');
}
