// W1 in JavaScript, by hand, all of it: with timers, the limit and the catalogue. Usage: node javascript.mjs EVENTS ACTIONS
import { Output, Seen, day, iso, lines, parseTime } from "./common.mjs";

const out = new Output(process.argv[3]);
const seen = new Seen();
const fans = new Map(), releases = new Map();
let clock = -Infinity, started = 0, emitted = 0, suppressed = 0;

// A binary heap of silences, the earliest first; at one instant in the order of first sight, then of arrival.
const heap = [];
const before = (a, b) => a.due !== b.due ? a.due < b.due : a.firstSeen !== b.firstSeen ? a.firstSeen < b.firstSeen : a.fan.number < b.fan.number;
function push(timer) {
  let i = heap.push(timer) - 1;
  for (let up; i > 0 && before(timer, heap[(up = (i - 1) >> 1)]); i = up) heap[i] = heap[up];
  heap[i] = timer;
}
function pop() {
  const top = heap[0], last = heap.pop();
  if (heap.length === 0) return top;
  let i = 0;
  for (let down; (down = 2 * i + 1) < heap.length; i = down) {
    if (down + 1 < heap.length && before(heap[down + 1], heap[down])) down++;
    if (!before(heap[down], last)) break;
    heap[i] = heap[down];
  }
  heap[i] = last;
  return top;
}

function emit(fan, rule, kind, more, cause) {
  emitted++;
  out.put({ time: iso(clock), kind, fan: fan.id, ...more, rule, cause });
}

const dueOf = (release) => (release.date === undefined || !release.live ? Infinity : release.date);
let nextRelease = Infinity;
function findNext() {
  nextRelease = Infinity;
  for (const r of releases.values()) if (r.waiting.length > 0) nextRelease = Math.min(nextRelease, dueOf(r));
}

function entry(id) {
  let r = releases.get(id);
  if (!r) releases.set(id, (r = { id, live: true, waiting: [] }));
  return r;
}

// By the first channel that is consented to and open; the limit closes both.
function send(fan, rule, routes, cause) {
  const route = routes.find(([channel]) => fan[channel]);
  if (!route || fan.sent[0] > clock - 7 * day) return void suppressed++;
  emit(fan, rule, "send", { channel: route[0], ...route[1] }, cause);
  fan.sent = [fan.sent[1], clock];
}

function deliver(fan, release, cause) {
  const text = `${release.title} is out`;
  send(fan, "w1/r6", [["sms", { text: `${text}: ${release.link}` }], ["email", { subject: text, text }]], cause);
}

function watch(fan) {
  const base = fan.lastListen ?? fan.firstSeen, due = base + 30 * day;
  if (fan.queued <= due || base === fan.considered) return;
  if (due < clock) return void (fan.considered = base);
  fan.queued = due;
  push({ due, firstSeen: fan.firstSeen, fan });
}

function fireSilence({ due, firstSeen, fan }) {
  if (due !== fan.queued || firstSeen !== fan.firstSeen) return;
  fan.queued = Infinity;
  const base = fan.lastListen ?? fan.firstSeen;
  if (base === fan.considered) return;
  if (base + 30 * day !== due) return watch(fan);
  fan.considered = base;
  const text = "It has been a while";
  if (fan.follows) send(fan, "w1/r7", [["email", { subject: text, text }]], `w1/r7@${iso(due)}`);
}

function fireReleases(due) {
  const all = [];
  for (const release of releases.values()) {
    if (dueOf(release) !== due) continue;
    for (const w of release.waiting) all.push({ ...w, release });
    release.waiting = [];
  }
  all.sort((a, b) => a.order - b.order);
  for (const w of all) deliver(w.fan, w.release, w.cause);
  findNext();
}

function fire(until) {
  while (true) {
    const silence = heap.length > 0 ? heap[0].due : Infinity;
    const due = Math.min(silence, nextRelease);
    if (due > until) break;
    clock = Math.max(clock, due);
    if (silence === due) fireSilence(pop());
    else fireReleases(due);
  }
  clock = Math.max(clock, until);
}

function event(r) {
  let fan = fans.get(r.fan);
  if (!fan) {
    fan = { id: r.fan, number: fans.size, firstSeen: Infinity, lastListen: undefined, considered: undefined, queued: Infinity, sent: [-Infinity, -Infinity],
      sms: false, email: false, follows: false, asked: -Infinity, tracks: new Map(), presaved: new Set(), saves: 0 };
    fans.set(r.fan, fan);
  }
  const time = r.at;
  if (time < fan.firstSeen) {
    fan.firstSeen = time;
    fan.queued = Infinity;
    watch(fan);
  }
  const track = () => {
    let t = fan.tracks.get(r.track);
    if (!t) fan.tracks.set(r.track, (t = { listens: 0, saved: false, asked: false }));
    return t;
  };
  switch (r.type) {
    case "listen": {
      const t = track();
      t.listens++;
      fan.lastListen = Math.max(fan.lastListen ?? -Infinity, time);
      watch(fan);
      if (t.listens < 3 || t.saved || t.asked) return;
      t.asked = true;
      return emit(fan, "w1/r2", "prompt", { channel: "page", goal: `save(${r.track})` }, r.id);
    }
    case "save": {
      const t = track();
      if (t.saved) return;
      t.saved = true;
      if (++fan.saves < 2 || fan.follows || fan.asked !== -Infinity) return;
      fan.asked = clock;
      return emit(fan, "w1/r3", "prompt", { channel: "page", goal: "follow" }, r.id);
    }
    case "presave": {
      if (fan.presaved.has(r.release)) return;
      fan.presaved.add(r.release);
      if (!fan.sms) emit(fan, "w1/r1", "prompt", { channel: "page", goal: "sms" }, r.id);
      const release = entry(r.release);
      if (dueOf(release) <= clock) return deliver(fan, release, r.id);
      release.waiting.push({ fan, order: started++, cause: r.id });
      nextRelease = Math.min(nextRelease, dueOf(release));
      return;
    }
    case "follow":
      if (fan.follows) return;
      fan.follows = true;
      emit(fan, fan.asked > clock - 7 * day ? "w1/r3" : undefined, "stage", { stage: "follower" }, r.id);
      return emit(fan, "w1/r4", "tag", { tag: "fan_club" }, r.id);
    case "optin":
      if (fan[r.channel]) return;
      fan[r.channel] = true;
      if (r.channel === "sms") send(fan, "w1/r5", [["sms", { text: "Your link: https://nova.example" }]], r.id);
  }
}

for (const line of lines(process.argv[2])) {
  if (line === "") continue;
  const r = JSON.parse(line);
  r.at = parseTime(r.time);
  fire(r.at);
  if (r.id !== undefined && !seen.add(r.id, clock)) continue;
  if (r.type === "release") {
    const release = entry(r.release);
    for (const field of ["title", "link", "live"]) if (r[field] !== undefined) release[field] = r[field];
    if (r.date !== undefined) release.date = Date.parse(r.date);
    findNext();
  } else event(r);
  fire(clock);
}
out.flush();
console.error(`javascript: ${emitted} actions, ${suppressed} suppressed`);
