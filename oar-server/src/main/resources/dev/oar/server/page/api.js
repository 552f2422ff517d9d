import { say } from './strings.js';

const TOKEN = 'oar-token';
const PATIENCE = 5;
const client = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join('');

/** Why the server did not do what it was asked for, in one sentence. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

function token() {
  try {
    return sessionStorage.getItem(TOKEN) ?? '';
  } catch {
    return '';
  }
}

/** Keeps the token until the tab is closed. */
export function keepToken(value) {
  try {
    sessionStorage.setItem(TOKEN, value);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

function headers(type) {
  const all = { 'OAR-Client': client };
  if (type) {
    all['Content-Type'] = type;
  }
  if (token()) {
    all.Authorization = `Bearer ${token()}`;
  }
  return all;
}

async function ask(method, path, { body, type, signal, keepalive, more } = {}) {
  let response;
  try {
    response = await fetch(path, { method, body, signal, keepalive, headers: { ...headers(type), ...more } });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Refusal(0, say('unreachable'));
  }
  if (!response.ok) {
    throw await refusalOf(response);
  }
  return response;
}

async function refusalOf(response) {
  let detail;
  try {
    detail = (await response.json()).detail;
  } catch {
    // Something else than the server answered.
  }
  return new Refusal(response.status, detail || say('unclear', { status: response.status }));
}

/** The models, the words of orders, and limits. */
export async function models() {
  return (await ask('GET', 'v1/models')).json();
}

/** Asks for images; how the job stands comes back. */
export async function submit(request) {
  return (await ask('POST', 'v1/jobs', { body: JSON.stringify(request), type: 'application/json' })).json();
}

/** Cancels a job, also while the page is being left. */
export async function cancel(id) {
  await ask('DELETE', `v1/jobs/${id}`, { keepalive: true });
}

/** A result. */
export async function image(id, number) {
  return (await ask('GET', `v1/jobs/${id}/images/${number}`)).blob();
}

/** What a PNG tells of its making. */
export async function pngInfo(png) {
  return (await ask('POST', 'v1/png-info', { body: png, type: 'image/png' })).json();
}

/** What raters of a study are asked. */
export async function study() {
  return (await ask('GET', 'v1/study')).json();
}

/** How far a rater has come, and what is shown next. */
export async function rater(code) {
  return (await ask('GET', `v1/study/raters/${encodeURIComponent(code)}`)).json();
}

/** Votes; what is shown next comes back. */
export async function vote(code, place, choice) {
  const body = JSON.stringify({ place, choice });
  return (await ask('POST', `v1/study/raters/${encodeURIComponent(code)}/votes`, { body, type: 'application/json' })).json();
}

/** Takes the last vote back, which is shown again. */
export async function undoVote(code) {
  return (await ask('DELETE', `v1/study/raters/${encodeURIComponent(code)}/votes/last`)).json();
}

/** An image of a study. */
export async function studyImage(name) {
  return (await ask('GET', `v1/study/images/${name}`)).blob();
}

/** Tells what happens to a job, from its beginning to its end; a lost connection is taken up again where it was. */
export async function follow(id, told) {
  let last = 0;
  let failures = 0;
  while (failures < PATIENCE) {
    try {
      const more = last ? { 'Last-Event-ID': String(last) } : {};
      const response = await ask('GET', `v1/jobs/${id}/events`, { more });
      for await (const event of events(response.body)) {
        failures = 0;
        last = event.id || last;
        await told(event.name, event.data);
        if (['done', 'failed', 'cancelled'].includes(event.name)) {
          return;
        }
      }
    } catch (failure) {
      if (failure instanceof Refusal && failure.status >= 400 && failure.status !== 429) {
        throw failure;
      }
    }
    failures++;
    await new Promise((resolve) => setTimeout(resolve, 300 * failures));
  }
  throw new Refusal(0, say('streamLost'));
}

/** Server-sent events of a body. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parsed(text.slice(0, end));
        text = text.slice(end + 2);
        if (event) {
          yield event;
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parsed(block) {
  const event = { id: 0, name: '', data: '' };
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/^ /, '');
    if (line.startsWith('id:')) {
      event.id = Number(value);
    } else if (line.startsWith('event:')) {
      event.name = value;
    } else if (line.startsWith('data:')) {
      event.data += value;
    }
  }
  return event.name ? { ...event, data: JSON.parse(event.data || '{}') } : null;
}
