import * as api from './api.js';
import { announce, byId, element } from './dom.js';
import { Drawing } from './drawing.js';
import { Form } from './form.js';
import { Given } from './given.js';
import { History } from './history.js';
import { Result } from './result.js';
import { fillIn, say } from './strings.js';

const running = new Set();
let form;
let given;
let result;
let history;
let noted;

/** Shows what went wrong, until it is dismissed or the next thing is asked for. */
function complain(failure) {
  if (failure.status === 401) {
    askToken(true);
    return;
  }
  forgive();
  const text = failure.message[0].toUpperCase() + failure.message.slice(1);
  byId('alerts').replaceChildren(
    element('p', {}, text),
    element('button', { type: 'button', class: 'quiet', onclick: forgive }, say('dismiss')),
  );
}

/** Tells something that is no fault. */
function note(text) {
  forgive();
  announce(text);
  byId('note').textContent = text;
  byId('note').hidden = false;
  clearTimeout(noted);
  noted = setTimeout(forgive, 8000);
}

function forgive() {
  byId('alerts').replaceChildren();
  byId('note').hidden = true;
}

async function draw(event) {
  event.preventDefault();
  forgive();
  try {
    const requests = form.requests();
    const fields = await given.fields();
    const asked = requests.map(({ label, request }) => ({ label, request: { ...request, ...fields } }));
    const drawing = new Drawing(whatOf(asked[0].request), asked, form.model, given.base(), (each) => result.update(each));
    await drawing.ask();
    start(drawing);
  } catch (failure) {
    complain(failure);
  }
}

function start(drawing) {
  running.add(drawing);
  history.add(drawing);
  result.open(drawing);
  if (matchMedia('(max-width: 900px)').matches) {
    byId('result').scrollIntoView({ block: 'start' });
  }
  announce(say('saidStarted', { what: drawing.what }));
  drawing.run().finally(() => {
    running.delete(drawing);
    result.update(drawing);
    history.fill();
    if (drawing.failures.length > 0) {
      complain(drawing.failures[0]);
    } else {
      announce(drawing.cancelled ? say('saidCancelled') : say('saidDone', { what: drawing.what }));
    }
  });
}

function whatOf(request) {
  const { captions } = request;
  if (captions) {
    return say('severalCaptions', { first: captions[0], n: captions.length - 1 });
  }
  return request.caption || request.class || say(`kind.${request.kind}`);
}

/** Makes a result the image to change. */
async function change(track) {
  forgive();
  if (form.kind === 'generate') {
    form.chooseKind('inpaint');
  }
  await given.take(track.blob, track.label);
  byId('given').scrollIntoView({ block: 'nearest' });
  (byId('editor-canvas').tabIndex >= 0 ? byId('editor-canvas') : byId('open-image')).focus();
}

function again(track) {
  forgive();
  form.restore(track.info.settings);
  given.restore(track.info.settings);
  byId('draw').focus();
}

/** Takes a file in: settings if it tells some, and the image to change. */
async function open(file) {
  forgive();
  try {
    await given.take(file, file.name);
    const info = file.type === 'image/png' ? await infoOf(file) : null;
    if (!info) {
      if (form.kind === 'generate') {
        form.chooseKind(form.model['trained-orders'] === 'raster' ? 'generate' : 'inpaint');
      }
      note(say('settingsNone', { file: file.name }));
      return;
    }
    const known = form.restore(info.settings);
    given.restore(info.settings);
    note(say(known ? 'settingsRead' : 'settingsModel', { file: file.name, model: info.settings.model }));
  } catch (failure) {
    complain(failure);
  }
}

/** What a PNG tells, or nothing if it tells nothing. */
async function infoOf(file) {
  try {
    return await api.pngInfo(file);
  } catch (failure) {
    if (failure.status === 400) {
      return null;
    }
    throw failure;
  }
}

function takeFiles() {
  const input = byId('file');
  for (const id of ['open-png', 'open-image']) {
    byId(id).addEventListener('click', () => input.click());
  }
  input.addEventListener('change', () => {
    if (input.files.length > 0) {
      open(input.files[0]);
      input.value = '';
    }
  });
  const dropping = byId('dropping');
  const holdsFile = (event) => [...event.dataTransfer.types].includes('Files');
  addEventListener('dragenter', (event) => {
    if (holdsFile(event)) {
      dropping.hidden = false;
    }
  });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) {
      dropping.hidden = true;
    }
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    dropping.hidden = true;
    if (event.dataTransfer.files.length > 0) {
      open(event.dataTransfer.files[0]);
    }
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData.files.length > 0) {
      open(event.clipboardData.files[0]);
    }
  });
}

function askToken(wrong) {
  byId('token-wrong').textContent = wrong ? say('tokenWrong') : '';
  const dialog = byId('token-dialog');
  if (!dialog.open) {
    dialog.showModal();
  }
}

function takeToken() {
  byId('token-form').addEventListener('submit', () => {
    api.keepToken(byId('token').value.trim());
    byId('token').value = '';
    if (!form) {
      begin(true);
    }
  });
}

/** Asks the server for its models and builds what depends on them. */
async function begin(askedBefore) {
  let all;
  try {
    all = await api.models();
  } catch (failure) {
    if (failure.status === 401) {
      askToken(askedBefore);
    } else {
      complain(failure);
    }
    return;
  }
  given = new Given(all.limits);
  result = new Result({ cancel: (drawing) => drawing.cancel(), change, again, complain });
  history = new History((drawing) => {
    result.open(drawing);
    history.mark(drawing);
    byId('result').focus();
  });
  form = new Form(all, (each) =>
    given.adapt(each.kind, each.model, () => Number(each.inputs.window.value) || 0),
  );
  byId('controls').addEventListener('submit', draw);
  byId('controls').hidden = false;
  byId('open-png').hidden = false;
  takeFiles();
}

fillIn(document);
takeToken();
// Nobody waits for what a closed page has asked for.
addEventListener('pagehide', () => running.forEach((drawing) => drawing.cancel()));
begin(false);
