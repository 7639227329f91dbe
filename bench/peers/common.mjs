// What the peers in JavaScript share: reading records, dropping those that come twice, writing actions.
import { closeSync, openSync, readSync, writeSync } from "node:fs";

export const day = 86_400_000;

export function* lines(path) {
  const file = openSync(path, "r");
  const chunk = Buffer.alloc(1 << 20);
  let rest = "";
  for (let n; (n = readSync(file, chunk, 0, chunk.length, null)) > 0; ) {
    const all = (rest + chunk.latin1Slice(0, n)).split("\n"); // the streams are ASCII
    rest = all.pop();
    yield* all;
  }
  if (rest !== "") yield rest;
  closeSync(file);
}

// Ids of records for seven days.
export class Seen {
  times = new Map();
  order = []; // from `first` on
  first = 0;
  add(id, clock) {
    for (; this.first < this.order.length && this.times.get(this.order[this.first]) <= clock - 7 * day; this.first++) this.times.delete(this.order[this.first]);
    if (this.first > 1 << 16) (this.order = this.order.slice(this.first)), (this.first = 0);
    if (this.times.has(id)) return false;
    this.times.set(id, clock);
    this.order.push(id);
    return true;
  }
}

let last = NaN, text = "";
export function iso(time) {
  if (time !== last) (last = time), (text = new Date(time).toISOString().replace(".000Z", "Z"));
  return text;
}

let lastDay = "", dayStart = 0;
export function parseTime(t) {
  if (t.length !== 20) return Date.parse(t);
  const date = t.slice(0, 10);
  if (date !== lastDay) (lastDay = date), (dayStart = Date.parse(date));
  const two = (i) => (t.charCodeAt(i) - 48) * 10 + t.charCodeAt(i + 1) - 48;
  return dayStart + ((two(11) * 60 + two(14)) * 60 + two(17)) * 1000;
}

export class Output {
  parts = [];
  constructor(path) { this.file = openSync(path, "w"); }
  put(action) {
    if (this.parts.push(JSON.stringify(action) + "\n") >= 4096) this.flush();
  }
  flush() {
    writeSync(this.file, this.parts.join(""));
    this.parts = [];
  }
}

// The records of a stream without those that come twice, with `at`, their time, and `clock`.
export function* records(path) {
  const seen = new Seen();
  let clock = -Infinity;
  for (const line of lines(path)) {
    if (line === "") continue;
    const record = JSON.parse(line);
    record.at = parseTime(record.time);
    clock = Math.max(clock, record.at);
    if (record.id !== undefined && !seen.add(record.id, clock)) continue;
    record.clock = clock;
    yield record;
  }
}

// What the core rules ask of a fan, kept by the host for engines that keep nothing between events.
export class Fans {
  fans = new Map();
  // Takes the record; undefined if it is no new action, else the facts that the rules look at.
  take(r) {
    let fan = this.fans.get(r.fan);
    if (!fan) this.fans.set(r.fan, (fan = { sms: false, follows: false, saves: new Set(), presaves: new Set(), optins: new Set(), listens: new Map(), asked: new Set() }));
    let listens = 0;
    switch (r.type) {
      case "listen":
        listens = (fan.listens.get(r.track) ?? 0) + 1;
        fan.listens.set(r.track, listens);
        break;
      case "save":
        if (fan.saves.has(r.track)) return;
        fan.saves.add(r.track);
        break;
      case "presave":
        if (fan.presaves.has(r.release)) return;
        fan.presaves.add(r.release);
        break;
      case "follow":
        if (fan.follows) return;
        fan.follows = true;
        break;
      case "optin":
        if (fan.optins.has(r.channel)) return;
        fan.optins.add(r.channel);
        break;
      default: return;
    }
    return {
      fan, type: r.type, channel: r.channel ?? "", listens, saves: fan.saves.size, sms: fan.optins.has("sms"), follows: fan.follows,
      savedTrack: fan.saves.has(r.track), askedTrack: fan.asked.has(r.track), askedFollow: fan.asked.has("follow"),
    };
  }
}

// What each core rule does.
export function act(out, rule, fan, r) {
  const action = { time: iso(r.clock), kind: "prompt", fan: r.fan };
  switch (rule) {
    case "w1/r1": Object.assign(action, { channel: "page", goal: "sms" }); break;
    case "w1/r2": fan.asked.add(r.track); Object.assign(action, { channel: "page", goal: `save(${r.track})` }); break;
    case "w1/r3": fan.asked.add("follow"); Object.assign(action, { channel: "page", goal: "follow" }); break;
    case "w1/r4": action.kind = "tag"; action.tag = "fan_club"; break;
    default: action.kind = "send"; Object.assign(action, { channel: "sms", text: "Your link: https://nova.example" });
  }
  action.rule = rule;
  action.cause = r.id;
  out.put(action);
}
