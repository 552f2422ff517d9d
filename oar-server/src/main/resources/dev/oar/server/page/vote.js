import * as api from './api.js';
import { announce, byId, element } from './dom.js';
import { fillIn, say } from './strings.js';

const CODE = 'oar-rater';
const KEYS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowDown: 'tie' };
let code = '';
let shown = null;
let done = 0;
// While a vote is sent or images are not there yet, nothing can be voted on.
let ready = false;

function show(id) {
  for (const each of ['token-form', 'code-form', 'pair', 'over']) {
    byId(each).hidden = each !== id;
  }
  byId('progress').hidden = !['pair', 'over'].includes(id);
}

function complain(failure) {
  const text = failure.message[0].toUpperCase() + failure.message.slice(1);
  byId('alerts').replaceChildren(element('p', {}, text));
}

function forgive() {
  byId('alerts').replaceChildren();
}

async function begin() {
  try {
    byId('question').textContent = (await api.study()).question;
    document.title = byId('question').textContent;
  } catch (failure) {
    if (failure.status === 401) {
      show('token-form');
      byId('token').focus();
    } else {
      complain(failure);
    }
    return;
  }
  const kept = keptCode();
  if (kept) {
    await enter(kept);
  } else {
    show('code-form');
    byId('code').focus();
  }
}

function keptCode() {
  try {
    return sessionStorage.getItem(CODE) ?? '';
  } catch {
    return '';
  }
}

function keepCode() {
  try {
    sessionStorage.setItem(CODE, code);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

async function enter(asked) {
  try {
    const status = await api.rater(asked);
    code = asked;
    keepCode();
    await take(status);
  } catch (failure) {
    show('code-form');
    byId('code').focus();
    complain(failure);
  }
}

/** Shows what comes next, all at once and not before it can be voted on. */
async function take(status) {
  const next = status.next ?? null;
  const [left, right] = next ? await Promise.all([picture(next.left), picture(next.right)]) : [];
  forgive();
  done = status.done;
  shown = next;
  byId('bar').max = status.count;
  byId('bar').value = status.done;
  byId('count').textContent = say('votesOf', { done: status.done, count: status.count });
  ready = true;
  if (!next) {
    show('over');
    byId('over').focus();
    return;
  }
  put('left', left);
  put('right', right);
  byId('subject').textContent = next.subject;
  byId('undo').disabled = done === 0;
  show('pair');
  announce(say('pairSaid', { place: next.place, count: next.count, subject: next.subject }));
}

/** A picture that is ready to be shown. */
async function picture(name) {
  const url = URL.createObjectURL(await api.studyImage(name));
  const image = new Image();
  image.src = url;
  await image.decode();
  return url;
}

function put(side, url) {
  const image = byId(`${side}-image`);
  if (image.src) {
    URL.revokeObjectURL(image.src);
  }
  image.src = url;
}

async function send(asking) {
  if (!ready) {
    return;
  }
  ready = false;
  try {
    await take(await asking());
  } catch (failure) {
    complain(failure);
    ready = true;
  }
}

function vote(choice) {
  if (shown) {
    send(() => api.vote(code, shown.place, choice));
  }
}

function undo() {
  if (done > 0) {
    send(() => api.undoVote(code));
  }
}

fillIn(document);
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  api.keepToken(byId('token').value.trim());
  begin();
});
byId('code-form').addEventListener('submit', (event) => {
  event.preventDefault();
  enter(byId('code').value.trim());
});
for (const choice of ['left', 'right', 'tie']) {
  byId(choice).addEventListener('click', () => vote(choice));
}
for (const id of ['undo', 'undo-last']) {
  byId(id).addEventListener('click', undo);
}
addEventListener('keydown', (event) => {
  const free = !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey && event.target.tagName !== 'INPUT';
  if (free && code && (event.key in KEYS || event.key === 'Backspace')) {
    event.preventDefault();
    if (event.key === 'Backspace') {
      undo();
    } else {
      vote(KEYS[event.key]);
    }
  }
});
begin();
