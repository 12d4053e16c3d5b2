// What the page asks of the server, and what it shows of the answers.

import { element, Player } from './player.js';

const part = (id) => document.getElementById(id);
const WORDS = { reading: 'reading the video', looking: 'looking for persons and actions', scoring: 'scoring other labels', drawing: 'drawing the annotated video' };
let visitor = null;
let state = {};
let shownVideo = null;
let wantsDrawn = false;
let asked = 0;

const player = new Player(part('film'), part('boxes'), part('tags'), part('timeline'), showMoment);

function tell(error) {
  part('error').textContent = error;
  part('error').hidden = !error;
}

async function call(name, method = 'POST', body = undefined) {
  let reply;
  try {
    reply = await fetch(`api/${visitor.token}/${name}`, { method, body });
  } catch {
    throw new Error('the server cannot be reached');
  }
  const values = await reply.json();
  if (!reply.ok) throw new Error(values.error);
  return values;
}

// Do something for a click, and show what goes wrong.
function onClick(id, act, kind = 'click') {
  part(id).addEventListener(kind, async (event) => {
    event.preventDefault();
    tell('');
    try {
      await act(event);
    } catch (error) {
      tell(error.message);
    }
  });
}

onClick('file', async () => {
  const [file] = part('file').files;
  part('file').value = '';
  if (!file) return;
  if (file.size > visitor.max_mb * 1e6) {
    throw new Error(`${file.name} is larger than ${visitor.max_mb} MB: make it less`);
  }
  part('facts').textContent = `sending ${file.name} ...`;
  try {
    await call(`video?name=${encodeURIComponent(file.name)}`, 'PUT', file);
  } finally {
    showFacts();
  }
}, 'change');

onClick('sample', async () => {
  if (!part('labels').value.trim()) part('labels').value = visitor.sample_labels.join(', ');
  await call('sample');
});

onClick('form', () => call('ask', 'POST', JSON.stringify({
  model: part('model').value,
  labels: part('labels').value,
  background: part('background').value,
  independent: part('independent').checked,
  threshold: part('threshold').valueAsNumber,
  every_sec: part('every').valueAsNumber,
})), 'submit');

onClick('stop', () => call('stop'));

function showFacts() {
  const video = state.video;
  part('facts').textContent = video
    ? `${video.name}: ${video.frame_hw[1]} x ${video.frame_hw[0]}, ${video.frames} frames, ${video.seconds.toFixed(1)} s`
    : 'None yet.';
}

function showActivity() {
  const now = state.activity;
  part('activity').hidden = part('stop').hidden = !now;
  part('ask').disabled = !!now || !state.video;
  part('file').disabled = part('sample').disabled = !!now;
  for (const button of document.querySelectorAll('.draw')) button.disabled = !!now;
  if (!now) return;
  let words = WORDS[now.what];
  if (now.ahead) words += `, after ${now.ahead} other${now.ahead > 1 ? 's' : ''}`;
  if (now.total) words += `: ${now.done} of about ${now.total} frames`;
  if (now.seconds_left !== null) words += `, ${now.seconds_left.toFixed(0)} s left`;
  part('doing').textContent = words;
  if (now.total) Object.assign(part('bar'), { max: now.total, value: now.done });
  else part('bar').removeAttribute('value');
}

async function showState(told) {
  const before = state;
  state = told;
  showFacts();
  showActivity();
  if (state.error !== before.error) tell(state.error);
  const video = state.video && JSON.stringify(state.video);
  if (video !== shownVideo) {
    shownVideo = video;
    part('stage').hidden = !video;
    if (video) part('film').src = `api/${visitor.token}/film?${Date.now()}`;
    else part('film').removeAttribute('src');
  }
  if (state.answer !== (before.answer ?? null)) {
    if (state.answer === null) showAnswer(null);
    else {
      const answer = await call('answer', 'GET');
      // A later one may have been given meanwhile.
      if (answer.version === state.answer) showAnswer(answer);
    }
  }
  if (state.drawn && wantsDrawn) {
    wantsDrawn = false;
    part('drawn').click();
  }
}

function showAnswer(answer) {
  part('answer').hidden = !answer;
  part('moment').hidden = true;
  player.show(answer);
  const notes = answer ? [...answer.banners, ...answer.warnings] : [];
  if (answer?.damage) notes.push(`damaged video: ${answer.damage}`);
  part('trust').replaceChildren(...notes.map((note) => element('li', '', note)));
  if (!answer) return;
  const count = answer.persons.length;
  part('told').textContent = `${count} person${count === 1 ? '' : 's'}, answered in ${answer.seconds.toFixed(2)} s; ${answer.told}. Scores are averaged over ${answer.smoothed_over} s along each person.`;
  part('legend').replaceChildren(...answer.labels.map((label) => {
    const item = element('li');
    const dot = element('span', 'dot');
    dot.style.background = label.colour;
    item.append(dot, label.name);
    return item;
  }));
  showFiles();
}

function showFiles() {
  part('files').replaceChildren(...visitor.files.map((file) => {
    const item = element('li');
    const link = element('a', '', `${file.form} (${file.suffix.slice(1)})`);
    link.href = `api/${visitor.token}/files/${file.form}/${file.index}`;
    link.download = '';
    if (file.form !== 'video') {
      item.append(link);
      return item;
    }
    const button = element('button', 'draw', 'annotated video (mp4)');
    button.type = 'button';
    link.id = 'drawn';
    link.hidden = true;
    button.addEventListener('click', async () => {
      if (state.drawn) return link.click();
      wantsDrawn = true;
      try {
        await call('draw');
      } catch (error) {
        tell(error.message);
      }
    });
    item.append(button, link);
    return item;
  }));
}

async function showMoment(person, at) {
  const query = ++asked;
  tell('');
  try {
    const moment = await call('moment', 'POST', JSON.stringify({ person, part: at }));
    if (query !== asked) return;
    part('film').currentTime = moment.time;
    part('moment').hidden = false;
    part('moment-head').textContent = `Person #${person} at ${moment.time.toFixed(2)} s (frame ${moment.frame})`;
    const where = (moment.frame + 0.5) / player.answer.num_frames;
    const items = moment.actions.map((action) => actionItem(person, where, action));
    if (moment.none !== null) items.push(element('li', '', `none of these: ${moment.none.toFixed(2)}`));
    part('actions').replaceChildren(...items);
    part('why').replaceChildren();
    await showWhy(person, where, moment.actions[0].label, items[0]);
  } catch (error) {
    tell(error.message);
  }
}

function actionItem(person, where, action) {
  const item = element('li');
  const button = element('button');
  button.type = 'button';
  const bar = element('span', 'part');
  bar.style.width = `${100 * action.prob}%`;
  bar.style.background = action.colour;
  button.append(element('span', '', action.name), element('span', '', action.prob.toFixed(2)), bar);
  button.addEventListener('click', () => {
    tell('');
    showWhy(person, where, action.label, item).catch((error) => tell(error.message));
  });
  item.append(button);
  return item;
}

async function showWhy(person, where, label, item) {
  const query = ++asked;
  for (const button of part('actions').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', button.parentElement === item);
  }
  const pictures = await call('why', 'POST', JSON.stringify({ person, part: where, label }));
  if (query !== asked) return;
  part('why').replaceChildren(...pictures.map((picture) => {
    const figure = element('figure');
    const image = element('img');
    image.src = picture.src;
    image.alt = `${label}, ${picture.told}`;
    figure.append(image, element('figcaption', '', `${label}, ${picture.told}`));
    return figure;
  }));
}

function listen() {
  const events = new EventSource(`api/${visitor.token}/events`);
  events.onmessage = (event) => showState(JSON.parse(event.data)).catch((error) => tell(error.message));
  events.onerror = async () => {
    // A browser tries again by itself, unless the server knows us no more.
    if (events.readyState === EventSource.CLOSED) tell('this page was left or the server has ended: load it again');
  };
  addEventListener('pagehide', () => navigator.sendBeacon(`api/${visitor.token}/leave`));
  addEventListener('pageshow', (event) => event.persisted && location.reload());
}

async function start() {
  const reply = await fetch('api/enter', { method: 'POST', headers: { 'x-stclip': 'page' } });
  const values = await reply.json();
  if (!reply.ok) return tell(values.error);
  visitor = values;
  const model = part('model');
  model.replaceChildren(...visitor.models.map((each) => {
    const option = element('option', '', each.name);
    option.value = each.name;
    return option;
  }));
  const showTold = () => {
    part('model-told').textContent = visitor.models[model.selectedIndex].told;
  };
  model.addEventListener('change', showTold);
  showTold();
  listen();
}

start().catch(() => tell('the server cannot be reached'));
