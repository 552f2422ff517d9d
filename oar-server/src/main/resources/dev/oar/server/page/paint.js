import { colours } from './dom.js';

/** Colours from low to high; the style sheet's legend has the same. */
const RAMP = [
  [255, 236, 184],
  [246, 180, 107],
  [205, 108, 110],
  [122, 70, 128],
  [44, 42, 99],
];
const UNSEEN = 480;
const SMALLEST_NUMBERED = 20;

function colourAt(share) {
  const at = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const from = Math.min(Math.floor(at), RAMP.length - 2);
  return RAMP[from].map((low, i) => Math.round(low + (RAMP[from + 1][i] - low) * (at - from)));
}

/** Makes a canvas as sharp as the screen shows it; how many of its pixels a pixel of the image has. */
export function fit(canvas, width, height) {
  const shown = (canvas.clientWidth || UNSEEN) * devicePixelRatio;
  const scale = Math.max(1, Math.ceil(shown / width));
  if (canvas.width !== width * scale || canvas.height !== height * scale) {
    canvas.width = width * scale;
    canvas.height = height * scale;
  }
  return scale;
}

/** How many pixels of a canvas are as wide as one of the page's. */
export function unitOf(canvas) {
  return canvas.clientWidth ? canvas.width / canvas.clientWidth : 1;
}

/** Fills a rectangle with what stands for nothing yet. */
export function blank(context, theme, x, y, width, height) {
  context.fillStyle = theme.blank;
  context.fillRect(x, y, width, height);
  context.strokeStyle = theme.blankLine;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}

/**
 * Paints an image as it is after some steps.
 *
 * @param shown how many steps
 * @param overlay `picture`, `ranks`, `confidence` or `candidates`
 */
export function paint(canvas, track, shown, overlay) {
  const scale = fit(canvas, track.width, track.height);
  const context = canvas.getContext('2d');
  const theme = colours();
  context.imageSmoothingEnabled = false;
  ground(context, track, scale, theme);
  const steps = track.steps.slice(0, shown);
  if (track.bitmap) {
    context.drawImage(track.bitmap, 0, 0, canvas.width, canvas.height);
    for (const step of track.steps.slice(shown)) {
      each(track, step, scale, (box) => uncover(context, track, box, scale, theme));
    }
  } else {
    live(context, track, steps, scale, theme);
  }
  if (overlay === 'candidates') {
    candidates(context, track, steps.at(-1), scale);
  } else if (overlay !== 'picture') {
    heat(context, track, steps, scale, overlay);
  }
  const last = steps.at(-1);
  if (last && (shown < track.steps.length || !track.bitmap)) {
    each(track, last, scale, (box) => outline(context, theme, box));
  }
}

function each(track, step, scale, act) {
  step.cells.forEach((cell, i) => act(scaled(track.box(step, cell), scale), i));
}

function scaled(box, scale) {
  return {
    ...box,
    source: { x: box.x, y: box.y, width: box.width, height: box.height },
    x: box.x * scale,
    y: box.y * scale,
    width: box.width * scale,
    height: box.height * scale,
  };
}

/** What is there before the first step. */
function ground(context, track, scale, theme) {
  const { width, height } = context.canvas;
  context.fillStyle = theme.blank;
  context.fillRect(0, 0, width, height);
  const whole = { window: { left: 0, top: 0, side: Math.max(track.width, track.height) } };
  context.strokeStyle = theme.blankLine;
  context.lineWidth = 1;
  for (let cell = 0; cell < track.grid.width * track.grid.height; cell++) {
    const box = track.box(whole, cell);
    context.strokeRect(box.x * scale + 0.5, box.y * scale + 0.5, box.width * scale - 1, box.height * scale - 1);
  }
  if (track.base) {
    context.drawImage(track.base, 0, 0, width, height);
  }
}

/** A cell that is drawn later: what was there before. */
function uncover(context, track, box, scale, theme) {
  blank(context, theme, box.x, box.y, box.width, box.height);
  if (track.base) {
    copy(context, track.base, box);
  }
}

function copy(context, picture, box) {
  const { x, y, width, height } = box.source;
  context.drawImage(picture, x, y, width, height, box.x, box.y, box.width, box.height);
}

/** Cells as the latest partial image has them; later ones in the accent's colour. */
function live(context, track, steps, scale, theme) {
  if (track.preview && track.keeps) {
    context.drawImage(track.preview, 0, 0, context.canvas.width, context.canvas.height);
  }
  steps.forEach((step, number) => {
    each(track, step, scale, (box) => {
      if (track.preview && number < track.previewSteps) {
        copy(context, track.preview, box);
      } else {
        context.globalAlpha = 0.35;
        context.fillStyle = theme.accent;
        context.fillRect(box.x, box.y, box.width, box.height);
        context.globalAlpha = 1;
      }
    });
  });
}

function heat(context, track, steps, scale, overlay) {
  const range = track.confidenceRange();
  const cells = track.steps.reduce((sum, step) => sum + step.cells.length, 0);
  const highest = Math.max(cells, track.total) - 1;
  let rank = 0;
  for (const step of steps) {
    each(track, step, scale, (box, i) => {
      const share = overlay === 'ranks' ? rank / Math.max(1, highest) : shareOf(step, i, range);
      if (share !== null) {
        tile(context, box, share, overlay === 'ranks' ? String(rank + 1) : '');
      }
      rank++;
    });
  }
}

/** The cells among which a step was chosen, in the colours of how sure the model was of each. */
function candidates(context, track, step, scale) {
  const range = track.candidateRange();
  for (const { cell, confidence } of step?.candidates?.cells ?? []) {
    const share = range.high > range.low ? (confidence - range.low) / (range.high - range.low) : 1;
    tile(context, scaled(track.box(step, cell), scale), share, '');
  }
}

function shareOf(step, i, range) {
  if (!step.confidences || !range) {
    return null;
  }
  return range.high > range.low ? (step.confidences[i] - range.low) / (range.high - range.low) : 1;
}

function tile(context, box, share, text) {
  const [red, green, blue] = colourAt(share);
  context.fillStyle = `rgba(${red}, ${green}, ${blue}, 0.92)`;
  context.fillRect(box.x, box.y, box.width, box.height);
  if (text && box.width >= SMALLEST_NUMBERED * unitOf(context.canvas)) {
    context.fillStyle = red * 0.3 + green * 0.6 + blue * 0.1 > 140 ? '#1d1c1a' : '#ffffff';
    context.font = `${Math.round(box.width * 0.34)}px system-ui, sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(text, box.x + box.width / 2, box.y + box.height / 2 + 1);
  }
}

function outline(context, theme, box) {
  const unit = unitOf(context.canvas);
  for (const [colour, width] of [
    [theme.surface, 4.5],
    [theme.accent, 2.5],
  ]) {
    context.lineWidth = width * unit;
    context.strokeStyle = colour;
    context.strokeRect(box.x + 2 * unit, box.y + 2 * unit, box.width - 4 * unit, box.height - 4 * unit);
  }
}

/** Paints the confidence of every step as a line, with a mark at one of them. */
export function chart(canvas, track, shown) {
  const range = track.confidenceRange();
  canvas.hidden = range === null;
  if (!range) {
    return null;
  }
  const unit = devicePixelRatio;
  const width = Math.round(canvas.clientWidth * unit);
  const height = Math.round(canvas.clientHeight * unit);
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  const theme = colours();
  const count = Math.max(track.steps.length, 2);
  const pad = 6 * unit;
  const x = (step) => pad + ((width - 2 * pad) * step) / (count - 1);
  const spread = range.high - range.low || 1;
  const y = (value) => height - pad - ((height - 2 * pad) * (value - range.low)) / spread;
  const values = track.steps.map((step) => track.confidence(step));
  context.strokeStyle = theme.line;
  context.lineWidth = unit;
  context.beginPath();
  context.moveTo(pad, height - pad);
  context.lineTo(width - pad, height - pad);
  context.stroke();
  context.strokeStyle = theme.muted;
  context.lineWidth = 1.5 * unit;
  context.lineJoin = 'round';
  context.beginPath();
  values.forEach((value, step) => {
    if (value !== null) {
      context.lineTo(x(step), y(value));
    }
  });
  context.stroke();
  const at = Math.min(shown, values.length) - 1;
  if (at >= 0 && values[at] !== null) {
    context.fillStyle = theme.accent;
    context.beginPath();
    context.arc(x(at), y(values[at]), 5 * unit, 0, 2 * Math.PI);
    context.fill();
  }
  return { ...range, now: at >= 0 ? values[at] : null };
}
