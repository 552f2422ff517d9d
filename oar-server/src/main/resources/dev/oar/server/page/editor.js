import { announce, byId, colours } from './dom.js';
import { cellBox, Mask, windowOf } from './mask.js';
import { fit, unitOf } from './paint.js';
import { say } from './strings.js';

const MARK = [11, 110, 105, 255];
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Paints a mask over an image, by pointer or cell by cell from the keyboard. */
export class MaskEditor {
  /** @param changed called when something else is marked */
  constructor(changed) {
    this.changed = changed;
    this.canvas = byId('editor-canvas');
    this.tool = 'brush';
    this.image = null;
    this.mask = null;
    this.cell = { row: 0, column: 0 };
    this.from = null;
    this.pointer = null;
    this.active = false;
    for (const name of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel', 'pointerleave']) {
      this.canvas.addEventListener(name, (event) => this.active && this[name]?.(event));
    }
    this.canvas.addEventListener('keydown', (event) => this.active && this.keydown(event));
    for (const name of ['focus', 'blur']) {
      this.canvas.addEventListener(name, () => this.active && this.paint());
    }
    byId('undo').addEventListener('click', () => this.act(() => this.mask.undo(), false));
    byId('clear').addEventListener('click', () => this.act(() => this.mask.clear()));
    byId('invert').addEventListener('click', () => this.act(() => this.mask.invert()));
  }

  /** Takes another image to paint on. */
  take(image, model, askedWindow) {
    if (image !== this.image) {
      this.image = image;
      this.mask = new Mask(image.width, image.height);
      this.cell = { row: 0, column: 0 };
      byId('brush-size').max = Math.max(4, Math.round(Math.max(image.width, image.height) / 2));
      byId('brush-size').value = Math.max(2, Math.round(Math.max(image.width, image.height) / 8));
    }
    this.model = model;
    this.askedWindow = askedWindow;
    this.active = true;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'application');
    this.canvas.setAttribute(
      'aria-label',
      say('maskCanvas', {
        width: image.width,
        height: image.height,
        rows: model.grid.height,
        columns: model.grid.width,
      }),
    );
    this.paint();
    this.tell();
  }

  rest() {
    this.active = false;
  }

  act(change, remembers = true) {
    if (this.mask) {
      if (remembers) {
        this.mask.remember();
      }
      change();
      this.paint();
      this.tell();
    }
  }

  get window() {
    return windowOf(
      this.image.width,
      this.image.height,
      this.mask.bounds(),
      this.model['image-size'],
      this.askedWindow(),
    );
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * this.image.width,
      y: ((event.clientY - box.top) / box.height) * this.image.height,
    };
  }

  get size() {
    return Number(byId('brush-size').value);
  }

  pointerdown(event) {
    if (event.button !== 0) {
      return;
    }
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.mask.remember();
    this.from = this.at(event);
    this.pointer = this.from;
    if (this.tool !== 'rectangle') {
      this.mask.stroke(this.from, this.from, this.size, this.tool === 'brush');
    }
    this.paint();
  }

  pointermove(event) {
    const to = this.at(event);
    if (this.from && this.tool !== 'rectangle') {
      this.mask.stroke(this.from, to, this.size, this.tool === 'brush');
      this.from = to;
    }
    this.pointer = to;
    this.paint();
  }

  pointerup() {
    if (this.from && this.tool === 'rectangle') {
      const box = between(this.from, this.pointer);
      this.mask.rectangle(box.x, box.y, box.width, box.height, true);
    }
    this.from = null;
    this.paint();
    this.tell();
  }

  pointercancel() {
    this.from = null;
    this.act(() => this.mask.undo(), false);
  }

  pointerleave() {
    if (!this.from) {
      this.pointer = null;
      this.paint();
    }
  }

  keydown(event) {
    const { grid } = this.model;
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      const marks = this.stateOf(this.cell) !== 'marked';
      this.act(() => this.markCell(marks));
    } else if (event.key in ARROWS) {
      event.preventDefault();
      const [down, right] = ARROWS[event.key];
      this.cell = {
        row: Math.min(Math.max(this.cell.row + down, 0), grid.height - 1),
        column: Math.min(Math.max(this.cell.column + right, 0), grid.width - 1),
      };
      if (event.shiftKey) {
        this.act(() => this.markCell(this.tool !== 'eraser'));
      }
      this.paint();
    } else if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.act(() => this.mask.undo(), false);
      return;
    } else {
      return;
    }
    const { row, column } = this.cell;
    announce(say('maskAt', { row: row + 1, column: column + 1, state: say(this.stateOf(this.cell)) }));
  }

  /** A cell of the grid over the whole image, which stays where it is while the mask grows. */
  boxOf({ row, column }) {
    const { width, height } = this.image;
    const whole = windowOf(width, height, null, this.model['image-size'], Math.max(width, height));
    return cellBox(whole, this.model.grid, row, column);
  }

  markCell(marks) {
    const box = this.boxOf(this.cell);
    this.mask.rectangle(box.x, box.y, box.width, box.height, marks);
  }

  stateOf(cell) {
    const box = this.boxOf(cell);
    const inside =
      (Math.min(this.image.width, box.x + box.width) - Math.max(0, box.x)) *
      (Math.min(this.image.height, box.y + box.height) - Math.max(0, box.y));
    const marked = this.mask.marked(box.x, box.y, box.width, box.height);
    return marked === 0 ? 'unmarked' : marked < inside ? 'partly' : 'marked';
  }

  /** Cells that are drawn anew, since some of their pixels are marked. */
  cells(window) {
    const { grid } = this.model;
    const drawn = [];
    for (let row = 0; row < grid.height; row++) {
      for (let column = 0; column < grid.width; column++) {
        const box = cellBox(window, grid, row, column);
        drawn.push({ ...box, anew: this.mask.marked(box.x, box.y, box.width, box.height) > 0, row, column });
      }
    }
    return drawn;
  }

  /** Paints at the next frame. */
  paint() {
    if (!this.waiting) {
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        if (this.active) {
          this.paintNow();
        }
      });
    }
  }

  paintNow() {
    const { image, canvas } = this;
    const scale = fit(canvas, image.width, image.height);
    const context = canvas.getContext('2d');
    const theme = colours();
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    context.globalAlpha = 0.62;
    context.drawImage(this.mask.canvas(MARK, [0, 0, 0, 0]), 0, 0, canvas.width, canvas.height);
    context.globalAlpha = 1;
    const { window } = this;
    const cells = this.cells(window);
    // Of a large image the model sees what is around the mask, so that there is no grid before there is a mask.
    if (window.sure || cells.some((box) => box.anew)) {
      cells.forEach((box) => this.paintCell(context, box, scale, theme));
    }
    this.paintPointer(context, scale);
    if (document.activeElement === canvas) {
      this.frame(context, this.boxOf(this.cell), scale);
    }
  }

  paintCell(context, box, scale, theme) {
    const [x, y, width, height] = [box.x, box.y, box.width, box.height].map((each) => each * scale);
    const unit = unitOf(context.canvas);
    context.lineWidth = unit;
    context.strokeStyle = 'rgba(255, 255, 255, 0.5)';
    context.strokeRect(x + unit / 2, y + unit / 2, width, height);
    context.strokeStyle = 'rgba(0, 0, 0, 0.3)';
    context.strokeRect(x - unit / 2, y - unit / 2, width, height);
    if (box.anew) {
      context.fillStyle = 'rgba(86, 200, 189, 0.28)';
      context.fillRect(x, y, width, height);
      context.lineWidth = 2 * unit;
      context.strokeStyle = theme.accent;
      context.strokeRect(x + 2 * unit, y + 2 * unit, width - 4 * unit, height - 4 * unit);
    }
  }

  paintPointer(context, scale) {
    if (!this.pointer) {
      return;
    }
    context.lineWidth = 1.5 * unitOf(context.canvas);
    for (const [colour, wider] of [['#ffffff', 1], ['#1d1c1a', 0]]) {
      context.strokeStyle = colour;
      context.beginPath();
      if (this.tool !== 'rectangle') {
        context.arc(this.pointer.x * scale, this.pointer.y * scale, (this.size / 2) * scale + wider, 0, 2 * Math.PI);
      } else if (this.from) {
        const box = between(this.from, this.pointer);
        context.rect(box.x * scale - wider, box.y * scale - wider, box.width * scale + 2 * wider, box.height * scale + 2 * wider);
      }
      context.stroke();
    }
  }

  frame(context, box, scale) {
    const unit = unitOf(context.canvas);
    const inset = [box.x * scale + 2 * unit, box.y * scale + 2 * unit, box.width * scale - 4 * unit, box.height * scale - 4 * unit];
    context.lineWidth = 6 * unit;
    context.strokeStyle = '#ffffff';
    context.strokeRect(...inset);
    context.lineWidth = 3 * unit;
    context.strokeStyle = '#1d1c1a';
    context.strokeRect(...inset);
  }

  /** Says how much is marked. */
  tell() {
    const count = this.mask.count();
    const share = Math.max(count > 0 ? 1 : 0, Math.round((100 * count) / this.mask.pixels.length));
    const { window } = this;
    const cells = this.cells(window);
    byId('editor-says').textContent =
      count === 0
        ? say('maskNone')
        : say(window.sure ? 'maskSome' : 'maskAbout', {
            share,
            cells: cells.filter((cell) => cell.anew).length,
            total: cells.length,
          });
    this.changed();
  }
}

function between(from, to) {
  const x = Math.floor(Math.min(from.x, to.x));
  const y = Math.floor(Math.min(from.y, to.y));
  return { x, y, width: Math.ceil(Math.max(from.x, to.x)) - x, height: Math.ceil(Math.max(from.y, to.y)) - y };
}
