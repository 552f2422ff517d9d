/** The controls, named like the command line's options, and when each is of use. */

const RANKED = ['dynamic', 'spaced'];
const NOISY = ['dynamic', 'spaced', 'learned'];
const SPACED = ['spaced', 'learned', 'locality'];
const HOLES = ['inpaint', 'edit', 'outpaint'];

const ofOrders = (orders) => (asked) => asked.orders.some((order) => orders.includes(order));
const notOf = (orders) => (asked) => asked.orders.some((order) => !orders.includes(order));
const ofKinds = (kinds) => (asked) => kinds.includes(asked.kind);
const ofSchedule = (schedule) => (asked) => asked.guidanceSchedule === schedule;

const number = (name, place, hint, when, limits = {}) => ({ name, place, type: 'number', hint, when, limits });
const choice = (name, place, words, when) => ({ name, place, type: 'choice', words, when });
const text = (name, place, hint, when) => ({ name, place, type: 'text', hint, when });

const whole = (min, max) => ({ min, max, step: 1 });
const any = (min, max) => ({ min, max, step: 'any' });
const MEASURES = ['negative-entropy', 'max-probability', 'margin', 'top-k-mass', 'sampled-probability'];

/** All controls, in the order they are shown; the first word of a choice is its default. */
export const controls = [
  choice('order', 'main', [], (asked) => !asked.raster && !asked.comparesOrders),
  choice('confidence', 'main', MEASURES, ofOrders(RANKED)),
  number('order-noise', 'main', '', ofOrders(NOISY), any(0)),
  number('guidance-scale', 'main', '1', undefined, any(0)),
  number('steps', 'main', '', (asked) => !asked.raster, whole(1)),
  choice('grid', 'main', [], (asked) => asked.grids > 0),
  number('temperature', 'main', '1', undefined, any(0)),
  number('keep', 'main', '0.4', ofKinds(['vary']), any(0, 1)),
  choice('keep-by', 'main', ['uncertain', 'confident', 'random'], ofKinds(['vary'])),
  number('seed', 'main', '', undefined, whole(0)),
  number('count', 'main', '1', undefined, whole(1)),
  choice('arm', 'main', [], (asked) => asked.arms > 1 && !asked.comparesArms),
  choice('confidence-logits', 'more', ['conditional', 'guided'], ofOrders(RANKED)),
  choice('fill-first', 'more', ['most-confident', 'least-confident'], ofOrders(RANKED)),
  choice('order-noise-unit', 'more', ['logarithm', 'spread'], ofOrders(NOISY)),
  choice('order-noise-annealing', 'more', ['linear', 'cosine', 'constant'], ofOrders(NOISY)),
  number('locality-weight', 'more', '0', ofOrders(RANKED), any(0)),
  text('shortlist', 'more', '16,8', ofOrders(['dynamic'])),
  choice('step-schedule', 'more', ['cosine', 'masked-cosine', 'masked-arccosine'], notOf(['dynamic'])),
  number('spacing', 'more', '2', ofOrders(SPACED), whole(0)),
  choice('guidance-schedule', 'more', ['constant', 'linear', 'linear-ahead', 'power-cosine', 'first-cells']),
  number('guidance-power', 'more', '', ofSchedule('power-cosine'), any(0, 100)),
  number('guided-cells', 'more', '', ofSchedule('first-cells'), whole(0)),
  choice('temperature-schedule', 'more', ['constant', 'entropy']),
  number('top-k', 'more', '0', undefined, whole(0)),
  number('top-p', 'more', '1', undefined, any(0, 1)),
  text('remasking', 'more', '0.1,1', (asked) => !asked.raster),
  number('feather', 'more', '0', ofKinds(HOLES), whole(0)),
  number('window', 'more', '', ofKinds(HOLES), whole(1)),
  number('spatial-guidance-scale', 'more', '1', (asked) => asked.grid !== '', any(0)),
  number('first-index', 'more', '0', undefined, whole(0)),
  number('batch-size', 'more', '', undefined, whole(1)),
  choice('weight-format', 'more', ['auto', 'float32', 'float16', 'bfloat16', 'int8']),
  text('order-cells', 'more', '', (asked) => !asked.raster && !asked.comparesOrders),
];

/** Whether a control is of use for what is asked for. */
export function applies(control, asked) {
  return control.when === undefined || control.when(asked);
}

/** Whether an order is known before the first cell is drawn, so that it can be had on a larger grid than the model's own. */
export function isKnownBeforehand(order) {
  return !NOISY.includes(order);
}

/** The grid that is drawn on, `asked` or the model's own, and how many times it is as high as that. */
export function gridOf(model, asked) {
  const [height, width] = asked ? asked.split('x').map(Number) : [model.grid.height, model.grid.width];
  return { height, width, factor: height / model.grid.height };
}

/** The order that holds where none is named. */
export function usualOrder(model, kind, arm, grid) {
  if (grid) {
    return 'random';
  }
  if (kind !== 'generate') {
    return model.defaults['hole-order'];
  }
  if (!arm || arm === model.defaults.arm) {
    return model.defaults.order;
  }
  return arm === 'specialised' ? 'dynamic' : arm === 'raster' ? 'raster' : 'random';
}

/** The noise that holds where none is named. */
export function usualNoise(model, kind) {
  return kind === 'generate' ? model.defaults['order-noise'] : 0;
}

/** Values of controls by name, from what a PNG tells of its making by a model. */
export function valuesOf(settings, model) {
  const values = {};
  for (const control of controls) {
    if (settings[control.name] !== undefined) {
      values[control.name] = settings[control.name];
    }
  }
  for (const name of ['shortlist', 'remasking']) {
    const numbers = /^\S+ (\S+) \S+ (\S+)$/.exec(values[name] ?? '');
    if (numbers) {
      values[name] = `${numbers[1]},${numbers[2]}`;
    }
  }
  const larger = /^factor (\d+) spatial-guidance-scale (\S+) /.exec(settings.enlargement ?? '');
  if (larger) {
    values.grid = `${larger[1] * model.grid.height}x${larger[1] * model.grid.width}`;
    values['spatial-guidance-scale'] = larger[2];
  }
  const grid = gridOf(model, values.grid);
  const perStep = Number(settings['cells-per-step'] ?? 1);
  if (perStep > 1) {
    values.steps = String(Math.ceil((grid.height * grid.width) / perStep));
  } else if (values.steps === '0') {
    delete values.steps;
  }
  // Only an order that was given cell by cell is known by its cells.
  if (values.order === 'given') {
    delete values.order;
  } else {
    delete values['order-cells'];
  }
  values['first-index'] = settings.index ?? '';
  return values;
}
