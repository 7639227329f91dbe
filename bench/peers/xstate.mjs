// The five core rules for XState: an actor for each fan, with guards, counts and what was asked in its context. Usage: node xstate.mjs EVENTS ACTIONS
import { assign, createActor, setup } from "xstate";
import { Output, act, records } from "./common.mjs";

const out = new Output(process.argv[3]);
const asked = { add() {} }; // kept in the context
const tell = (rule) => ({ event }) => act(out, rule, { asked }, event.record);
const add = (field, value) => assign(({ context, event }) => ({ [field]: { ...context[field], [value(event)]: true } }));
const track = (e) => e.record.track;

const machine = setup({
  guards: {
    newPresave: ({ context, event }) => !context.presaves[event.record.release],
    newPresaveWithoutSms: ({ context, event }) => !context.presaves[event.record.release] && !context.sms,
    keepsListening: ({ context, event }) =>
      (context.listens[track(event)] ?? 0) >= 2 && !context.saves[track(event)] && !context.asked[track(event)],
    secondSave: ({ context, event }) => !context.saves[track(event)] && context.saved >= 1 && !context.follows && !context.askedFollow,
    newSave: ({ context, event }) => !context.saves[track(event)],
    newFollow: ({ context }) => !context.follows,
    newSms: ({ context, event }) => event.record.channel === "sms" && !context.sms,
  },
  actions: {
    count: assign(({ context, event }) => ({ listens: { ...context.listens, [track(event)]: (context.listens[track(event)] ?? 0) + 1 } })),
    save: assign(({ context, event }) => ({ saves: { ...context.saves, [track(event)]: true }, saved: context.saved + 1 })),
    presave: add("presaves", (e) => e.record.release),
    ask: add("asked", track),
    r1: tell("w1/r1"), r2: tell("w1/r2"), r3: tell("w1/r3"), r4: tell("w1/r4"), r5: tell("w1/r5"),
  },
}).createMachine({
  context: { sms: false, follows: false, askedFollow: false, saved: 0, listens: {}, saves: {}, presaves: {}, asked: {} },
  on: {
    presave: [{ guard: "newPresaveWithoutSms", actions: ["presave", "r1"] }, { guard: "newPresave", actions: "presave" }],
    listen: [{ guard: "keepsListening", actions: ["count", "ask", "r2"] }, { actions: "count" }],
    save: [{ guard: "secondSave", actions: ["save", assign({ askedFollow: true }), "r3"] }, { guard: "newSave", actions: "save" }],
    follow: { guard: "newFollow", actions: [assign({ follows: true }), "r4"] },
    optin: { guard: "newSms", actions: [assign({ sms: true }), "r5"] },
  },
});

const actors = new Map();
for (const record of records(process.argv[2])) {
  if (record.type === "release") continue;
  let actor = actors.get(record.fan);
  if (!actor) actors.set(record.fan, (actor = createActor(machine).start()));
  actor.send({ type: record.type, record });
}
out.flush();
process.exit(0);
