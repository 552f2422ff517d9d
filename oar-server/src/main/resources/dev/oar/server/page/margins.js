import { byId, colours, element, announce } from './dom.js';
import { blank, fit, unitOf } from './paint.js';
import { say } from './strings.js';

export const SIDES = ['left', 'right', 'top', 'bottom'];
const AXIS = { left: 'x', right: 'x', top: 'y', bottom: 'y' };
const SIGN = { left: -1, right: 1, top: -1, bottom: 1 };
const OUTWARDS = {
  left: ['ArrowLeft', 'ArrowRight'],
  right: ['ArrowRight', 'ArrowLeft'],
  top: ['ArrowUp', 'ArrowDown'],
  bottom: ['ArrowDown', 'ArrowUp'],
};

/** Says how much is painted beyond the borders of an image: by dragging them, by keys, or in numbers. */
export class MarginEditor {
  constructor() {
    this.canvas = byId('editor-canvas');
    this.margins = { left: 0, right: 0, top: 0, bottom: 0 };
    this.image = null;
    this.inputs = {};
    this.handles = {};
    this.active = false;
    for (const side of SIDES) {
      this.build(side);
    }
  }

  build(side) {
    const id = `option-${side}`;
    const input = element('input', { id, name: side, type: 'number', min: 0, step: 1, value: 0 });
    input.addEventListener('input', () => this.set(side, Number(input.value) || 0));
    this.inputs[side] = input;
    byId('margin-options').append(
      element('div', { class: 'field' }, element('label', { for: id, title: `--${side}` }, say(`option.${side}`)), input),
    );
    const handle = element('div', {
      class: `handle ${side}`,
      role: 'slider',
      tabindex: 0,
      'aria-label': `${say(`option.${side}`)}: ${say('margins')}`,
      'aria-orientation': AXIS[side] === 'x' ? 'horizontal' : 'vertical',
      'aria-valuemin': 0,
    });
    handle.addEventListener('keydown', (event) => this.keydown(side, event));
    handle.addEventListener('pointerdown', (event) => this.drag(side, event));
    this.handles[side] = handle;
    byId('handles').append(handle);
  }

  /** Takes another image. */
  take(image, model) {
    if (image !== this.image) {
      this.image = image;
      this.margins = { left: 0, right: 0, top: 0, bottom: 0 };
    }
    const longest = Math.max(image.width, image.height);
    const side = Math.min(longest, 2 * model['image-size']);
    this.step = Math.max(1, Math.round(side / model.grid.width));
    this.most = 2 * longest;
    this.active = true;
    this.canvas.removeAttribute('tabindex');
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', say('marginCanvas', { width: image.width, height: image.height }));
    this.frame();
  }

  rest() {
    this.active = false;
  }

  set(side, pixels) {
    this.margins[side] = Math.min(Math.max(Math.round(pixels), 0), this.most);
    if (!this.dragging) {
      this.frame();
    } else {
      this.paint();
    }
  }

  keydown(side, event) {
    const [more, less] = OUTWARDS[side];
    const step = event.shiftKey ? 1 : this.step;
    const to = {
      [more]: this.margins[side] + step,
      [less]: this.margins[side] - step,
      Home: 0,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.set(side, to);
      announce(say('pixels', { n: this.margins[side] }));
    }
  }

  drag(side, event) {
    event.preventDefault();
    const handle = this.handles[side];
    handle.setPointerCapture(event.pointerId);
    handle.focus();
    const began = this.margins[side];
    const from = AXIS[side] === 'x' ? event.clientX : event.clientY;
    const pixel = this.canvas.getBoundingClientRect().width / this.view.width;
    this.dragging = true;
    const move = (moved) => {
      const to = AXIS[side] === 'x' ? moved.clientX : moved.clientY;
      const pixels = began + (SIGN[side] * (to - from)) / pixel;
      this.set(side, moved.altKey ? pixels : Math.round(pixels / this.step) * this.step);
    };
    const end = () => {
      handle.removeEventListener('pointermove', move);
      this.dragging = false;
      this.frame();
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', end, { once: true });
  }

  /** Leaves room around the image to drag its borders into; it stays the same while one is dragged. */
  frame() {
    const { image, margins } = this;
    const room = Math.ceil(Math.max(image.width, image.height) / 2);
    const left = Math.max(room, margins.left + this.step);
    const top = Math.max(room, margins.top + this.step);
    this.view = {
      left,
      top,
      width: left + image.width + Math.max(room, margins.right + this.step),
      height: top + image.height + Math.max(room, margins.bottom + this.step),
    };
    this.paint();
  }

  paint() {
    const { image, margins, view, canvas } = this;
    const scale = fit(canvas, view.width, view.height);
    const context = canvas.getContext('2d');
    const theme = colours();
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const x = view.left - margins.left;
    const y = view.top - margins.top;
    const width = margins.left + image.width + margins.right;
    const height = margins.top + image.height + margins.bottom;
    context.save();
    context.beginPath();
    context.rect(x * scale, y * scale, width * scale, height * scale);
    context.clip();
    for (let row = view.top - Math.ceil(margins.top / this.step) * this.step; row < y + height; row += this.step) {
      for (let column = view.left - Math.ceil(margins.left / this.step) * this.step; column < x + width; column += this.step) {
        blank(context, theme, column * scale, row * scale, this.step * scale, this.step * scale);
      }
    }
    context.restore();
    context.drawImage(image, view.left * scale, view.top * scale, image.width * scale, image.height * scale);
    context.lineWidth = 2 * unitOf(canvas);
    context.strokeStyle = theme.accent;
    context.strokeRect(x * scale, y * scale, width * scale, height * scale);
    this.place({ left: x, right: x + width, top: y, bottom: y + height });
    this.tell(width, height);
  }

  place(edges) {
    const middle = { x: (edges.left + edges.right) / 2 / this.view.width, y: (edges.top + edges.bottom) / 2 / this.view.height };
    for (const side of SIDES) {
      const across = AXIS[side] === 'x';
      const handle = this.handles[side];
      handle.style.left = `${100 * (across ? edges[side] / this.view.width : middle.x)}%`;
      handle.style.top = `${100 * (across ? middle.y : edges[side] / this.view.height)}%`;
      handle.setAttribute('aria-valuemax', this.most);
      handle.setAttribute('aria-valuenow', this.margins[side]);
      handle.setAttribute('aria-valuetext', say('pixels', { n: this.margins[side] }));
      if (Number(this.inputs[side].value) !== this.margins[side]) {
        this.inputs[side].value = this.margins[side];
      }
    }
  }

  tell(wide, high) {
    const { width, height } = this.image;
    byId('editor-says').textContent =
      wide === width && high === height ? say('marginNone') : say('marginSome', { width, height, wide, high });
  }

  /** How much is added, side by side; nothing is left out. */
  fields() {
    return { ...this.margins };
  }

  get none() {
    return SIDES.every((side) => this.margins[side] === 0);
  }
}
