import { element } from './dom.js';
import { say } from './strings.js';

const ICONS = {
  first: 'M5 5v14M19 5 9 12l10 7z',
  back: 'M17 5 7 12l10 7z',
  play: 'M7 4v16l13-8z',
  pause: 'M8 5v14M16 5v14',
  forward: 'M7 5l10 7-10 7z',
  last: 'M19 5v14M5 5l10 7-10 7z',
};
const SVG = 'http://www.w3.org/2000/svg';
const SECONDS = 5;

function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Steps through an order: to its ends, one step, on its own. */
export class Player {
  /**
   * @param place where its buttons go
   * @param moved called with the step when it changes, and whether the user chose it
   */
  constructor(place, moved) {
    this.moved = moved;
    this.steps = 0;
    this.at = 0;
    this.timer = null;
    this.slider = element('input', { type: 'range', min: 0, max: 0, value: 0, 'aria-label': say('step') });
    this.slider.addEventListener('input', () => this.choose(Number(this.slider.value)));
    this.toggle = this.button('play', () => (this.timer ? this.stop() : this.start()));
    this.where = element('output', { class: 'where' });
    place.append(
      element(
        'div',
        { class: 'player-buttons' },
        this.button('first', () => this.choose(0)),
        this.button('back', () => this.choose(this.at - 1)),
        this.toggle,
        this.button('forward', () => this.choose(this.at + 1)),
        this.button('last', () => this.choose(this.steps)),
      ),
      this.slider,
      this.where,
    );
  }

  button(name, pressed) {
    const button = element('button', { type: 'button', class: 'icon', onclick: pressed });
    this.face(button, name);
    return button;
  }

  face(button, name) {
    button.replaceChildren(icon(name));
    button.setAttribute('aria-label', say(name));
    button.title = say(name);
  }

  /** Says how many steps there are; while an image is drawn, the last one is shown unless the user looks at another. */
  extend(steps) {
    const atEnd = this.at >= this.steps;
    this.steps = steps;
    this.slider.max = steps;
    if (atEnd && !this.timer) {
      this.go(steps);
    }
  }

  /** Begins anew with other images. */
  reset(steps) {
    this.stop();
    this.steps = steps;
    this.slider.max = steps;
    this.go(steps);
  }

  choose(step) {
    this.stop();
    this.go(step);
    this.moved(this.at, true);
  }

  go(step) {
    this.at = Math.min(Math.max(step, 0), this.steps);
    this.slider.value = this.at;
    const text = say('stepOf', { step: this.at, steps: this.steps });
    this.slider.setAttribute('aria-valuetext', text);
    this.where.textContent = text;
    this.moved(this.at, false);
  }

  start() {
    if (this.steps === 0) {
      return;
    }
    if (this.at >= this.steps) {
      this.go(0);
    }
    this.face(this.toggle, 'pause');
    const pause = Math.min(300, Math.max(40, (SECONDS * 1000) / this.steps));
    this.timer = setInterval(() => {
      this.go(this.at + 1);
      if (this.at >= this.steps) {
        this.stop();
      }
    }, pause);
  }

  stop() {
    if (this.timer) {
      clearInterval(this.timer);
      this.timer = null;
      this.face(this.toggle, 'play');
    }
  }
}
