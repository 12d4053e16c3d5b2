// The film with its boxes, and the timeline of each person.

const SVG = 'http://www.w3.org/2000/svg';

export function element(name, className = '', text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  // Never as HTML: labels are anybody's words.
  made.textContent = text;
  return made;
}

export class Player {
  // onMoment(person, part): a person was clicked at a part of the video.
  constructor(film, boxes, tags, timeline, onMoment) {
    Object.assign(this, { film, boxes, tags, timeline, onMoment });
    this.answer = null;
    this.shown = null;
    // Between the few events of a film that plays, with the screen.
    const follow = () => {
      this.draw();
      if (!film.paused) requestAnimationFrame(follow);
    };
    film.addEventListener('play', follow);
    for (const kind of ['loadeddata', 'timeupdate', 'seeking', 'seeked']) {
      film.addEventListener(kind, () => this.draw());
    }
  }

  show(answer) {
    this.answer = answer;
    this.shown = null;
    this.timeline.replaceChildren(...(answer?.persons ?? []).map((p) => this.row(p)));
    this.lines = [...this.timeline.querySelectorAll('.now')];
    this.draw();
  }

  row(person) {
    const row = element('div', 'row');
    const who = element('span', 'who', `#${person.id}`);
    who.style.background = person.colour;
    const track = element('div', 'track');
    track.tabIndex = 0;
    track.dataset.person = person.id;
    track.setAttribute('role', 'button');
    track.setAttribute('aria-label', `person ${person.id}`);
    track.append(this.bar('seen', person.first, person.last));
    for (const span of person.spans) {
      const bar = this.bar('span', span.start, span.end, span.name);
      bar.style.background = span.colour;
      bar.title = span.name;
      track.append(bar);
    }
    track.append(element('div', 'now'));
    track.addEventListener('click', (event) => {
      const place = track.getBoundingClientRect();
      const part = (event.clientX - place.left) / place.width;
      this.go(person.id, Math.min(1, Math.max(0, part)));
    });
    track.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, Enter: 0 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const part = this.part() + step / this.answer.keyframes.length;
      this.go(person.id, Math.min(1, Math.max(0, part)));
    });
    row.append(who, track);
    return row;
  }

  bar(kind, start, end, text = '') {
    const bar = element('div', kind, text);
    bar.style.left = `${100 * start}%`;
    bar.style.width = `${100 * (end - start)}%`;
    return bar;
  }

  part() {
    const now = this.keyframe();
    return now ? (now.frame + 0.5) / this.answer.num_frames : 0;
  }

  go(person, part) {
    this.film.pause();
    this.onMoment(person, part);
  }

  // The keyframe nearest to the film's time; of two, the earlier.
  keyframe() {
    const frames = this.answer?.keyframes ?? [];
    let [low, high] = [0, frames.length - 1];
    const time = this.film.currentTime;
    while (low < high) {
      const middle = (low + high) >> 1;
      const next = frames[middle + 1].time - time < time - frames[middle].time;
      if (next) low = middle + 1;
      else high = middle;
    }
    return frames[low] ?? null;
  }

  draw() {
    const now = this.keyframe();
    const length = this.film.duration;
    for (const line of this.lines ?? []) {
      line.style.left = `${length ? (100 * this.film.currentTime) / length : 0}%`;
    }
    if (now === this.shown) return;
    this.shown = now;
    this.boxes.replaceChildren();
    this.tags.replaceChildren();
    for (const person of now?.persons ?? []) {
      const [x1, y1, x2, y2] = person.box;
      const rect = document.createElementNS(SVG, 'rect');
      for (const [key, value] of Object.entries({
        x: x1, y: y1, width: x2 - x1, height: y2 - y1, stroke: person.colour,
      })) rect.setAttribute(key, value);
      this.boxes.append(rect);
      const words = person.labels.map((l) => `${l.name} ${l.prob.toFixed(2)}`);
      const tag = element('div', 'tag', [`#${person.id}`, ...words].join(' · '));
      // Words at the right edge grow to the left.
      if (x1 > 0.6) tag.style.right = `${100 * Math.max(0, 1 - x2)}%`;
      else tag.style.left = `${100 * Math.max(0, x1)}%`;
      tag.style.top = `${100 * Math.max(0.06, y1)}%`;
      tag.style.background = person.colour;
      this.tags.append(tag);
    }
  }
}
