/** What of an image is painted anew, pixel by pixel. */
export class Mask {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height);
    this.past = [];
  }

  /** How many pixels are marked. */
  count() {
    return this.marked(0, 0, this.width, this.height);
  }

  /** Keeps what is there, so that it can be had back. */
  remember() {
    this.past.push(this.pixels.slice());
    // A few large masks or many small ones.
    const most = Math.max(2, Math.min(50, Math.floor(32_000_000 / this.pixels.length)));
    this.past.splice(0, this.past.length - most);
  }

  undo() {
    this.pixels = this.past.pop() ?? this.pixels;
  }

  /** Marks or clears a rectangle; what lies outside of the image is left out. */
  rectangle(x, y, width, height, marks) {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + width);
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row++) {
      if (right > left) {
        this.pixels.fill(marks ? 1 : 0, row * this.width + left, row * this.width + right);
      }
    }
  }

  /** Marks or clears what a round brush covers on its way from one place to another. */
  stroke(from, to, size, marks) {
    const distance = Math.hypot(to.x - from.x, to.y - from.y);
    const stops = Math.max(1, Math.ceil((2 * distance) / Math.max(1, size / 2)));
    for (let stop = 0; stop <= stops; stop++) {
      const share = stop / stops;
      this.dot(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, size / 2, marks);
    }
  }

  dot(x, y, radius, marks) {
    for (let row = Math.floor(y - radius); row <= Math.ceil(y + radius); row++) {
      for (let column = Math.floor(x - radius); column <= Math.ceil(x + radius); column++) {
        const near = Math.hypot(column + 0.5 - x, row + 0.5 - y) <= radius;
        const under = column === Math.floor(x) && row === Math.floor(y);
        if (near || under) {
          this.rectangle(column, row, 1, 1, marks);
        }
      }
    }
  }

  invert() {
    this.pixels = this.pixels.map((each) => 1 - each);
  }

  clear() {
    this.pixels.fill(0);
  }

  /** Marked pixels of a rectangle. */
  marked(x, y, width, height) {
    let sum = 0;
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row++) {
      for (let column = Math.max(0, x); column < Math.min(this.width, x + width); column++) {
        sum += this.pixels[row * this.width + column];
      }
    }
    return sum;
  }

  /** The smallest rectangle around all marked pixels; null if there are none. */
  bounds() {
    let left = this.width;
    let top = this.height;
    let right = -1;
    let bottom = -1;
    for (let y = 0; y < this.height; y++) {
      const row = this.pixels.subarray(y * this.width, (y + 1) * this.width);
      const first = row.indexOf(1);
      if (first >= 0) {
        left = Math.min(left, first);
        right = Math.max(right, row.lastIndexOf(1));
        top = Math.min(top, y);
        bottom = y;
      }
    }
    return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  }

  /** A canvas as large as the image with marked pixels in one colour and the others in another (red, green, blue, alpha). */
  canvas(marked, other) {
    const canvas = new OffscreenCanvas(this.width, this.height);
    const context = canvas.getContext('2d');
    const data = context.createImageData(this.width, this.height);
    const colours = new Uint32Array(new Uint8Array([...other, ...marked]).buffer);
    const words = new Uint32Array(data.data.buffer);
    for (let i = 0; i < words.length; i++) {
      words[i] = colours[this.pixels[i]];
    }
    context.putImageData(data, 0, 0);
    return canvas;
  }
}

/**
 * What of the image the model sees, as the server chooses it: the whole image of up to twice the model's size, twice the hole of a
 * larger one.
 *
 * @param hole the smallest rectangle around what is marked, or null
 * @returns `left`, `top` and `side`, and whether it is sure: the server may move it by up to a cell, or paint piece by piece
 */
export function windowOf(width, height, hole, modelSize, asked) {
  const longest = Math.max(width, height);
  const wanted = hole ? 2 * Math.max(hole.width, hole.height) : 0;
  const side = asked || Math.min(longest, Math.max(2 * modelSize, wanted));
  const centred = (start, length, image) => {
    if (image <= side) {
      return -Math.floor((side - image) / 2);
    }
    return Math.max(0, Math.min(image - side, start - Math.floor((side - length) / 2)));
  };
  return {
    left: centred(hole?.x ?? 0, hole?.width ?? width, width),
    top: centred(hole?.y ?? 0, hole?.height ?? height, height),
    side,
    sure: width === height && side === width,
  };
}

/** The pixels of a cell of a window, however little it shows of them. */
export function cellBox(window, grid, row, column) {
  const low = (n, count) => Math.floor((n * window.side) / count);
  const high = (n, count) => Math.ceil((n * window.side) / count);
  const x = low(column, grid.width);
  const y = low(row, grid.height);
  return {
    x: window.left + x,
    y: window.top + y,
    width: high(column + 1, grid.width) - x,
    height: high(row + 1, grid.height) - y,
  };
}
