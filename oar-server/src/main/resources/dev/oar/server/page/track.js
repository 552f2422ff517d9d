/** One image while it is drawn and after. */
export class Track {
  /**
   * @param what words that tell it from others
   * @param grid the cells that are drawn, of the whole image or of a window
   * @param side width and height of a whole image in pixels
   * @param base a canvas of what is known beforehand, transparent elsewhere; null if nothing is, or only the server knows what
   * @param keeps whether cells are kept that no step tells
   */
  constructor(what, grid, side, base, keeps) {
    this.what = what;
    this.grid = grid;
    this.base = base;
    this.keeps = keeps;
    this.width = base?.width ?? side;
    this.height = base?.height ?? side;
    this.state = 'sending';
    this.place = 0;
    this.done = 0;
    this.total = grid.height * grid.width;
    this.steps = [];
    this.preview = null;
    this.previewSteps = 0;
    this.bitmap = null;
    this.blob = null;
    this.url = '';
    this.seed = null;
    this.index = null;
    this.info = null;
  }

  get ended() {
    return ['done', 'failed', 'cancelled'].includes(this.state);
  }

  /** Takes in a step. */
  add(step) {
    const [left, top, side] = step.window ?? [0, 0, this.width];
    this.steps.push({
      cells: step.cells,
      confidences: step.confidences ?? null,
      candidates: candidatesOf(step['candidate-confidences']),
      window: { left, top, side },
    });
    this.done = step.done;
    this.total = step.total;
    this.state = 'running';
  }

  /** Takes in how it stands. */
  show(bitmap) {
    this.preview?.close();
    this.preview = bitmap;
    this.previewSteps = this.steps.length;
    this.resize(bitmap);
  }

  /** Takes in the image. */
  finish(blob, bitmap, seed, index) {
    this.preview?.close();
    this.preview = null;
    this.blob = blob;
    this.bitmap = bitmap;
    this.url = URL.createObjectURL(blob);
    this.seed = seed;
    this.index = index;
    this.done = this.total;
    this.state = 'done';
    this.resize(bitmap);
  }

  /** A picture is as large as it is, whatever was expected. */
  resize(bitmap) {
    if (bitmap.width !== this.width || bitmap.height !== this.height) {
      this.width = bitmap.width;
      this.height = bitmap.height;
    }
  }

  /** Gives memory back. */
  forget() {
    this.preview?.close();
    this.bitmap?.close();
    if (this.url) {
      URL.revokeObjectURL(this.url);
    }
  }

  /** The pixels of a cell. */
  box(step, cell) {
    const { left, top, side } = step.window;
    const column = cell % this.grid.width;
    const row = Math.floor(cell / this.grid.width);
    const x = left + Math.floor((column * side) / this.grid.width);
    const y = top + Math.floor((row * side) / this.grid.height);
    return {
      x,
      y,
      width: left + Math.floor(((column + 1) * side) / this.grid.width) - x,
      height: top + Math.floor(((row + 1) * side) / this.grid.height) - y,
      row,
      column,
    };
  }

  /** The confidence of a step: the mean of its cells', or null. */
  confidence(step) {
    const all = step.confidences;
    return all ? all.reduce((sum, each) => sum + each, 0) / all.length : null;
  }

  /** The least and the greatest confidence of cells that were asked about at any step, or null if none was. */
  candidateRange() {
    const all = this.steps.map((step) => step.candidates).filter(Boolean);
    return all.length > 0
      ? { low: Math.min(...all.map((each) => each.low)), high: Math.max(...all.map((each) => each.high)) }
      : null;
  }

  /** The least and the greatest confidence, or null if there is none. */
  confidenceRange() {
    let low = Infinity;
    let high = -Infinity;
    for (const { confidences } of this.steps) {
      for (const each of confidences ?? []) {
        low = Math.min(low, each);
        high = Math.max(high, each);
      }
    }
    return low <= high ? { low, high } : null;
  }
}

/** The cells that a step asked about and how sure the model was of each, or null if it asked about none. */
function candidatesOf(told) {
  if (!told) {
    return null;
  }
  const levels = Uint8Array.from(atob(told.levels), (letter) => letter.charCodeAt(0));
  const cells = [];
  levels.forEach((level, cell) => {
    if (level > 0) {
      cells.push({ cell, confidence: told.low + ((told.high - told.low) * (level - 1)) / 254 });
    }
  });
  return { low: told.low, high: told.high, cells };
}
