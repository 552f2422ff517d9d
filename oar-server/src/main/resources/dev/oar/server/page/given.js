import { base64, byId, pngOf, onThemeChange } from './dom.js';
import { MaskEditor } from './editor.js';
import { segments } from './form.js';
import { MarginEditor, SIDES } from './margins.js';
import { fit } from './paint.js';
import { say } from './strings.js';

const MASKED = ['inpaint', 'edit'];
const WHITE = [255, 255, 255, 255];
const BLACK = [0, 0, 0, 255];

/** The image that is to be changed, and what of it. */
export class Given {
  /** @param limits what the server takes */
  constructor(limits) {
    this.limits = limits;
    this.image = null;
    this.kind = 'generate';
    this.mask = new MaskEditor(() => {});
    this.margins = new MarginEditor();
    segments(byId('brushes'), 'tool', ['brush', 'eraser', 'rectangle'], (tool) => say(`tool.${tool}`), (tool) => {
      this.mask.tool = tool;
    });
    onThemeChange(() => this.show());
    addEventListener('resize', () => this.show());
  }

  /**
   * Takes an image.
   *
   * @throws Error in one sentence, if it is none or too large
   */
  async take(blob, file) {
    let bitmap;
    try {
      bitmap = await createImageBitmap(blob);
    } catch {
      throw new Error(say('notImage', { file }));
    }
    const pixels = bitmap.width * bitmap.height;
    if (pixels > this.limits.pixels) {
      bitmap.close();
      throw new Error(say('tooLarge', { limit: this.limits.pixels, file, pixels }));
    }
    const canvas = document.createElement('canvas');
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    bitmap.close();
    this.image = canvas;
    this.png = blob.type === 'image/png' ? blob : await pngOf(canvas);
    this.show();
  }

  /** Shows what the task needs. */
  adapt(kind, model, askedWindow) {
    this.kind = kind;
    this.model = model;
    this.askedWindow = askedWindow;
    this.show();
  }

  show() {
    const { kind, image, model } = this;
    byId('given').hidden = kind === 'generate';
    byId('editor').hidden = image === null;
    byId('drop-hint').hidden = image !== null;
    byId('tools').hidden = image === null || !MASKED.includes(kind);
    byId('handles').hidden = kind !== 'outpaint';
    byId('margin-options').hidden = image === null || kind !== 'outpaint';
    this.mask.rest();
    this.margins.rest();
    byId('editor-says').textContent = '';
    byId('editor').classList.toggle('painting', MASKED.includes(kind));
    if (image === null || kind === 'generate') {
      return;
    }
    if (MASKED.includes(kind)) {
      this.mask.take(image, model, this.askedWindow);
    } else if (kind === 'outpaint') {
      this.margins.take(image, model);
    } else {
      this.showPlain();
    }
  }

  showPlain() {
    const { image } = this;
    const canvas = byId('editor-canvas');
    canvas.removeAttribute('tabindex');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', say('imageOnly', { width: image.width, height: image.height }));
    fit(canvas, image.width, image.height);
    const context = canvas.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
  }

  /** Says how many pixels are added on each side. */
  restore(settings) {
    const margins = (settings.margins ?? '').split(',').map(Number);
    if (this.image && margins.length === SIDES.length) {
      SIDES.forEach((side, i) => (this.margins.margins[side] = margins[i]));
      this.show();
    }
  }

  /**
   * The fields of a request that say what of which image is changed.
   *
   * @throws Error in one sentence, if something is missing
   */
  async fields() {
    if (this.kind === 'generate') {
      return {};
    }
    if (!this.image) {
      byId('open-image').focus();
      throw new Error(say('needImage'));
    }
    const image = await base64(this.png);
    if (this.kind === 'outpaint') {
      if (this.margins.none) {
        throw new Error(say('needMargin'));
      }
      return { image, ...this.margins.fields() };
    }
    if (this.kind === 'vary') {
      return { image };
    }
    if (this.mask.mask.count() === 0) {
      byId('editor-canvas').focus();
      throw new Error(say('needMask'));
    }
    const mask = await this.mask.mask.canvas(WHITE, BLACK).convertToBlob({ type: 'image/png' });
    return { image, mask: await base64(mask) };
  }

  /** What is known before anything is drawn, on a canvas that is transparent elsewhere; null for whole images. */
  base() {
    if (this.kind === 'generate') {
      return null;
    }
    const { left, right, top, bottom } =
      this.kind === 'outpaint' ? this.margins.fields() : { left: 0, right: 0, top: 0, bottom: 0 };
    const base = new OffscreenCanvas(left + this.image.width + right, top + this.image.height + bottom);
    if (this.kind === 'vary') {
      return base;
    }
    const context = base.getContext('2d');
    context.drawImage(this.image, left, top);
    if (MASKED.includes(this.kind)) {
      context.globalCompositeOperation = 'destination-out';
      context.drawImage(this.mask.mask.canvas(BLACK, [0, 0, 0, 0]), 0, 0);
    }
    return base;
  }
}
