// The five core rules for json-rules-engine: the host keeps the counts and gives the engine the facts of one event, its best case.
// Usage: node json_rules_engine.mjs EVENTS ACTIONS
import rules from "json-rules-engine";
import { Fans, Output, act, records } from "./common.mjs";

const engine = new rules.Engine();
const add = (name, priority, conditions) =>
  engine.addRule({ name, priority, event: { type: name }, conditions: { all: conditions.map(([fact, operator, value]) => ({ fact, operator, value })) } });
add("w1/r1", 5, [["type", "equal", "presave"], ["sms", "equal", false]]);
add("w1/r2", 4, [["type", "equal", "listen"], ["listens", "greaterThanInclusive", 3], ["savedTrack", "equal", false], ["askedTrack", "equal", false]]);
add("w1/r3", 3, [["type", "equal", "save"], ["saves", "greaterThanInclusive", 2], ["follows", "equal", false], ["askedFollow", "equal", false]]);
add("w1/r4", 2, [["type", "equal", "follow"]]);
add("w1/r5", 1, [["type", "equal", "optin"], ["channel", "equal", "sms"]]);

const out = new Output(process.argv[3]);
const fans = new Fans();
for (const r of records(process.argv[2])) {
  const facts = fans.take(r);
  if (!facts) continue;
  const { fan, ...known } = facts;
  const { events } = await engine.run(known);
  for (const event of events) act(out, event.type, fan, r);
}
out.flush();
