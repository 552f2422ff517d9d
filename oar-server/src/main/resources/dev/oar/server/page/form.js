import { byId, element } from './dom.js';
import { applies, controls, gridOf, isKnownBeforehand, usualNoise, usualOrder, valuesOf } from './options.js';
import { say, says } from './strings.js';

export const KINDS = ['generate', 'inpaint', 'edit', 'outpaint', 'vary'];
const COMPARISONS = ['off', 'orders', 'arms'];
const USUALLY_COMPARED = ['dynamic', 'random', 'raster'];

/** Radio buttons in a row. */
export function segments(fieldset, name, words, label, changed) {
  for (const word of words) {
    const input = element('input', { type: 'radio', name, value: word, onchange: () => changed(word) });
    input.checked = word === words[0];
    fieldset.append(element('label', {}, input, element('span', {}, label(word))));
  }
}

/** The controls that say what to draw and how. */
export class Form {
  /**
   * @param all what the server says of itself: models, orders, limits
   * @param changed called when the task or the model changes
   */
  constructor(all, changed) {
    this.all = all;
    this.changed = changed;
    this.kind = 'generate';
    this.compareBy = 'off';
    this.inputs = {};
    this.build();
    this.chooseModel(all.models[0].name);
  }

  build() {
    const { models } = this.all;
    const model = byId('model');
    model.append(...models.map((each) => element('option', { value: each.name }, each.name)));
    model.addEventListener('change', () => this.chooseModel(model.value));
    byId('model-field').hidden = false;
    segments(byId('kinds'), 'kind', KINDS, (kind) => say(`kind.${kind}`), (kind) => this.chooseKind(kind));
    segments(
      byId('compare-by'),
      'compare-by',
      COMPARISONS,
      (by) => say(`compare${by[0].toUpperCase()}${by.slice(1)}`),
      (by) => {
        this.compareBy = by;
        this.refresh();
      },
    );
    for (const control of controls) {
      byId(`${control.place}-options`).append(this.field(control));
    }
    for (const name of ['order', 'arm', 'guidance-schedule', 'grid']) {
      this.inputs[name].addEventListener('change', () => this.refresh());
    }
    byId('caption').addEventListener('input', () => this.refresh());
    this.inputs.count.max = this.all.limits.count;
  }

  field(control) {
    const id = `option-${control.name}`;
    let input;
    if (control.type === 'choice') {
      input = element('select', { id, name: control.name });
    } else {
      input = element('input', { id, name: control.name, type: control.type, ...control.limits });
      input.placeholder = control.hint;
      input.autocomplete = 'off';
    }
    this.inputs[control.name] = input;
    const help = says(`help.${control.name}`) ? say(`help.${control.name}`) : '';
    const label = element('label', { for: id, title: `--${control.name}` }, say(`option.${control.name}`));
    const wrapper = element('div', { class: 'field', id: `field-${control.name}` }, label, input);
    if (help) {
      input.title = help;
    }
    return wrapper;
  }

  get model() {
    return this.all.models.find((each) => each.name === byId('model').value);
  }

  /** The larger grid that is asked for; empty for the model's own. */
  get grid() {
    return this.kind === 'generate' ? this.inputs.grid.value : '';
  }

  /** The captions that are asked for, one a line. */
  get captions() {
    return byId('caption')
      .value.split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  }

  usualOrder(arm) {
    return usualOrder(this.model, this.kind, arm, this.grid);
  }

  chooseModel(name) {
    byId('model').value = name;
    const { model } = this;
    byId('class-field').hidden = model.captions;
    byId('caption-field').hidden = !model.captions;
    byId('negative-field').hidden = !model.captions;
    this.inputs.arm.replaceChildren(...this.choices(model.arms, model.defaults.arm));
    this.inputs.grid.replaceChildren(...this.choices(model.grids, `${model.grid.height}x${model.grid.width}`));
    this.inputs['batch-size'].placeholder = model.defaults['batch-size'];
    const raster = model['trained-orders'] === 'raster';
    for (const input of document.querySelectorAll('[name="kind"]')) {
      input.disabled = raster && input.value !== 'generate';
    }
    this.chooseKind(raster ? 'generate' : this.kind);
  }

  chooseKind(kind) {
    this.kind = kind;
    for (const input of document.querySelectorAll('[name="kind"]')) {
      input.checked = input.value === kind;
    }
    byId('kind-hint').textContent = say(`kindHint.${kind}`);
    this.fillClasses();
    this.fillOrders();
    this.refresh();
    this.changed(this);
  }

  fillClasses() {
    const select = byId('class');
    const before = select.value;
    const { classes } = this.model;
    const free = !['generate', 'edit'].includes(this.kind);
    select.replaceChildren(
      ...(free ? [element('option', { value: '' }, say('nothing'))] : []),
      ...classes.map((each) => element('option', { value: each }, each)),
    );
    select.value = classes.includes(before) ? before : select.options[0]?.value ?? '';
  }

  fillOrders() {
    const before = this.inputs.order.value;
    const usual = this.usualOrder(this.inputs.arm.value);
    this.inputs.order.replaceChildren(...this.choices(this.all.orders, usual));
    this.inputs.order.value = before;
  }

  /** Options of a control that may be left alone. */
  choices(words, usual) {
    return [
      element('option', { value: '' }, say('byDefaultIs', { value: usual })),
      ...words.map((word) => element('option', { value: word }, word)),
    ];
  }

  /** Shows what is of use. */
  refresh() {
    const { model, kind } = this;
    const usual = this.usualOrder(this.inputs.arm.value);
    this.inputs.order.options[0].textContent = say('byDefaultIs', { value: usual });
    const noise = usualNoise(model, kind);
    this.inputs['order-noise'].placeholder = noise;
    this.inputs.seed.placeholder = say('seedRandom');
    const { height, width } = gridOf(model, this.grid);
    this.inputs.steps.placeholder = height * width;
    this.inputs.steps.max = height * width;
    this.inputs.count.placeholder = kind === 'generate' ? Math.max(1, this.captions.length) : 1;
    byId('caption-hint').hidden = kind !== 'generate';
    for (const option of this.inputs.order.options) {
      option.disabled = this.grid !== '' && !isKnownBeforehand(option.value);
    }
    if (this.inputs.order.selectedOptions[0]?.disabled) {
      this.inputs.order.value = '';
    }
    this.fillCompared();
    const asked = this.asked(this.variants());
    for (const control of controls) {
      byId(`field-${control.name}`).hidden = !applies(control, asked);
      const input = this.inputs[control.name];
      if (control.type === 'choice' && input.options.length === 0) {
        input.append(...this.choices(control.words.slice(1), control.words[0]));
      }
    }
  }

  fillCompared() {
    const place = byId('compare-which');
    const words = { off: [], orders: this.all.orders, arms: this.model.arms }[this.compareBy];
    const key = `${this.compareBy} ${words.join(' ')}`;
    if (place.dataset.key === key) {
      return;
    }
    place.dataset.key = key;
    place.hidden = words.length === 0;
    place.querySelectorAll('label').forEach((label) => label.remove());
    for (const word of words) {
      const input = element('input', { type: 'checkbox', name: 'compared', value: word, onchange: () => this.refresh() });
      input.checked = this.compareBy === 'arms' || USUALLY_COMPARED.includes(word);
      place.append(element('label', {}, input, word));
    }
  }

  /** What is drawn side by side: orders, arms, or one drawing. */
  variants() {
    if (this.compareBy === 'off' || !byId('compare').open) {
      return [{}];
    }
    const words = [...document.querySelectorAll('[name="compared"]:checked')].map((input) => input.value);
    return words.map((word) => (this.compareBy === 'orders' ? { order: word } : { arm: word }));
  }

  asked(variants) {
    const { model, kind } = this;
    const order = this.inputs.order.value;
    const given = this.inputs['order-cells'].value.trim() !== '';
    return {
      kind,
      arms: model.arms.length,
      raster: model['trained-orders'] === 'raster',
      comparesOrders: this.compareBy === 'orders' && byId('compare').open,
      comparesArms: this.compareBy === 'arms' && byId('compare').open,
      grids: kind === 'generate' ? model.grids.length : 0,
      grid: this.grid,
      guidanceSchedule: this.inputs['guidance-schedule'].value,
      orders: variants.map(
        (variant) =>
          variant.order ||
          (given ? 'given' : order) ||
          this.usualOrder(variant.arm || this.inputs.arm.value),
      ),
    };
  }

  /**
   * The requests for what is asked for, one for each thing compared, under the same seed.
   *
   * @throws Error in one sentence, if something is missing
   */
  requests() {
    const variants = this.variants();
    if (variants.length < 2 && this.compareBy !== 'off' && byId('compare').open) {
      throw new Error(say('compareTwo'));
    }
    const seed = this.inputs.seed.value || String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000_000);
    return variants.map((variant) => ({
      label: variant.order ?? variant.arm ?? '',
      request: {
        kind: this.kind,
        model: this.model.name,
        'candidate-confidences': true,
        ...this.subject(),
        ...this.drawing(variant, seed),
      },
    }));
  }

  subject() {
    const { model, kind } = this;
    if (!model.captions) {
      const name = byId('class').value;
      return name ? { class: name } : {};
    }
    const { captions } = this;
    const negative = byId('negative-caption').value.trim();
    if (captions.length === 0 && ['generate', 'edit'].includes(kind)) {
      byId('caption').focus();
      throw new Error(say('needCaption'));
    }
    const several = kind === 'generate' && captions.length > 1;
    const asked = several ? { captions } : { caption: captions.join(' ') };
    return { ...(captions.length > 0 && asked), ...(negative && { 'negative-caption': negative }) };
  }

  drawing(variant, seed) {
    const asked = this.asked([variant]);
    const fields = {};
    for (const control of controls) {
      const value = this.inputs[control.name].value.trim();
      if (value !== '' && applies(control, asked)) {
        fields[control.name] = valueOf(control, value);
      }
    }
    if (fields['order-cells']) {
      delete fields.order;
    }
    return { ...fields, ...variant, seed: valueOf({ name: 'seed', type: 'number', limits: { step: 1 } }, seed) };
  }

  /** Sets a control; what is its default anyway is left out. */
  put(control, value) {
    const input = this.inputs[control.name];
    const usual = control.name === 'arm' ? this.model.defaults.arm : control.words?.[0];
    const same = control.type === 'number' && input.placeholder !== '' && Number(value) === Number(input.placeholder);
    input.value = value === usual || same ? '' : control.type === 'number' && value !== '' ? plain(value) : value;
  }

  /** Sets the controls as they were for an image; those that it does not tell are as usual. */
  restore(settings) {
    const known = this.all.models.some((each) => each.name === settings.model);
    if (known) {
      this.chooseModel(settings.model);
    }
    const values = valuesOf(settings, this.model);
    this.chooseKind(KINDS.includes(settings.edit) ? settings.edit : 'generate');
    for (const control of controls) {
      this.put(control, values[control.name] ?? '');
    }
    if (this.inputs.order.value === this.usualOrder(this.inputs.arm.value)) {
      this.inputs.order.value = '';
    }
    if (settings.class !== undefined && !this.model.captions) {
      byId('class').value = settings.class === 'none' ? '' : settings.class;
    }
    byId('caption').value = settings.caption ?? '';
    byId('negative-caption').value = settings['negative-caption'] ?? '';
    document.querySelector('[name="compare-by"][value="off"]').checked = true;
    this.compareBy = 'off';
    this.refresh();
    return known;
  }
}

/** A number without needless digits; one that cannot be held exactly stays as it is. */
function plain(text) {
  return Number.isInteger(Number(text)) && !Number.isSafeInteger(Number(text)) ? text : String(Number(text));
}

function valueOf(control, value) {
  if (control.name === 'order-cells') {
    return value.split(/[\s,]+/).map(Number);
  }
  if (control.type !== 'number') {
    return value;
  }
  const number = Number(value);
  if (control.limits?.step === 1 && !Number.isSafeInteger(number)) {
    throw new Error(say('needInteger', { option: control.name, value }));
  }
  return number;
}
