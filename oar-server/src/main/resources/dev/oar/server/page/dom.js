/** The element of this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element with attributes and listeners (`onclick`), and its children. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value === true) {
      node.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children);
  return node;
}

/** Colours of the style sheet, as they hold in the light or the dark. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    accent: of('accent'),
    muted: of('muted'),
    line: of('line'),
    surface: of('surface'),
    blank: of('blank'),
    blankLine: of('blank-line'),
  };
}

/** Calls a function when the page turns light or dark. */
export function onThemeChange(changed) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}

/** Says something to those who hear the page. */
export function announce(text) {
  const place = byId('said');
  // The same text twice is heard twice only if the element changes.
  place.textContent = place.textContent === text ? `${text}\u00a0` : text;
}

/** A PNG of a canvas. */
export function pngOf(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}

/** Bytes in base64. */
export async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** A picture from a PNG in base64. */
export function bitmapOf(base64Text) {
  const bytes = Uint8Array.from(atob(base64Text), (letter) => letter.charCodeAt(0));
  return createImageBitmap(new Blob([bytes], { type: 'image/png' }));
}
