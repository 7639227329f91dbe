// The five core rules in CLIPS, embedded: all state is in its working memory. The host reads records, drops those that come twice, asserts one fact for
// each that the rules speak of, and lets the rules run until nothing is left to do. Usage: bench_peer_clips EVENTS ACTIONS
#include <cstdio>
#include <string>

#include "bench/hand/read.hpp"

extern "C" {
#include <clips/clips.h>
}

namespace {

// Rules of salience take the event into the state, or drop what is no new action; then the rules proper look at `now`.
constexpr const char* constructs[] = {
    "(deftemplate event (slot id) (slot fan) (slot type) (slot key) (slot time))",

    "(defrule listen-first (declare (salience 30)) (event (type listen) (fan ?f) (key ?k)) (not (listens ?f ?k ?)) => (assert (listens ?f ?k 0)))",
    "(defrule listen (declare (salience 20)) ?e <- (event (type listen) (id ?i) (fan ?f) (key ?k) (time ?t)) ?c <- (listens ?f ?k ?n)"
    " => (retract ?e ?c) (assert (listens ?f ?k (+ ?n 1))) (assert (now listen ?f ?k ?i ?t)))",
    "(defrule save-again (declare (salience 30)) ?e <- (event (type save) (fan ?f) (key ?k)) (saved ?f ?k) => (retract ?e))",
    "(defrule save-first (declare (salience 25)) (event (type save) (fan ?f)) (not (saves ?f ?)) => (assert (saves ?f 0)))",
    "(defrule save (declare (salience 20)) ?e <- (event (type save) (id ?i) (fan ?f) (key ?k) (time ?t)) ?c <- (saves ?f ?n)"
    " => (retract ?e ?c) (assert (saved ?f ?k)) (assert (saves ?f (+ ?n 1))) (assert (now save ?f ?k ?i ?t)))",
    "(defrule presave-again (declare (salience 30)) ?e <- (event (type presave) (fan ?f) (key ?k)) (presaved ?f ?k) => (retract ?e))",
    "(defrule presave (declare (salience 20)) ?e <- (event (type presave) (id ?i) (fan ?f) (key ?k) (time ?t))"
    " => (retract ?e) (assert (presaved ?f ?k)) (assert (now presave ?f ?k ?i ?t)))",
    "(defrule follow-again (declare (salience 30)) ?e <- (event (type follow) (fan ?f)) (follows ?f) => (retract ?e))",
    "(defrule follow (declare (salience 20)) ?e <- (event (type follow) (id ?i) (fan ?f) (time ?t)) => (retract ?e) (assert (follows ?f)) (assert (now follow ?f nil ?i ?t)))",
    "(defrule sms-again (declare (salience 30)) ?e <- (event (type optin) (fan ?f) (key sms)) (sms ?f) => (retract ?e))",
    "(defrule sms (declare (salience 20)) ?e <- (event (type optin) (id ?i) (fan ?f) (key sms) (time ?t)) => (retract ?e) (assert (sms ?f)) (assert (now sms ?f nil ?i ?t)))",
    "(defrule done (declare (salience -10)) ?n <- (now $?) => (retract ?n))",

    "(deffunction act (?what ?f ?more ?rule ?i ?t) (printout actions \"{\\\"time\\\":\\\"\" ?t \"\\\",\\\"kind\\\":\\\"\" ?what \"\\\",\\\"fan\\\":\\\"\" ?f \"\\\",\" ?more"
    " \",\\\"rule\\\":\\\"w1/\" ?rule \"\\\",\\\"cause\\\":\\\"\" ?i \"\\\"}\" crlf))",
    "(defrule r1 (now presave ?f ?k ?i ?t) (not (sms ?f)) => (act prompt ?f \"\\\"channel\\\":\\\"page\\\",\\\"goal\\\":\\\"sms\\\"\" r1 ?i ?t))",
    "(defrule r2 (now listen ?f ?k ?i ?t) (listens ?f ?k ?n&:(>= ?n 3)) (not (saved ?f ?k)) (not (asked-save ?f ?k))"
    " => (assert (asked-save ?f ?k)) (act prompt ?f (str-cat \"\\\"channel\\\":\\\"page\\\",\\\"goal\\\":\\\"save(\" ?k \")\\\"\") r2 ?i ?t))",
    "(defrule r3 (now save ?f ?k ?i ?t) (saves ?f ?n&:(>= ?n 2)) (not (follows ?f)) (not (asked-follow ?f))"
    " => (assert (asked-follow ?f)) (act prompt ?f \"\\\"channel\\\":\\\"page\\\",\\\"goal\\\":\\\"follow\\\"\" r3 ?i ?t))",
    "(defrule r4 (now follow ?f ? ?i ?t) => (act tag ?f \"\\\"tag\\\":\\\"fan_club\\\"\" r4 ?i ?t))",
    "(defrule r5 (now sms ?f ? ?i ?t) => (act send ?f \"\\\"channel\\\":\\\"sms\\\",\\\"text\\\":\\\"Your link: https://nova.example\\\"\" r5 ?i ?t))",
};
constexpr const char* type_names[] = {"other", "listen", "save", "presave", "follow", "optin", "release"};

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) hand::die("usage: bench_peer_clips EVENTS ACTIONS");
    auto* clips = CreateEnvironment();
    for (const auto* construct : constructs)
        if (!EnvBuild(clips, construct)) hand::die("CLIPS does not take {}", construct);
    DATA_OBJECT result;
    EnvEval(clips, fmt::format("(open \"{}\" actions \"w\")", argv[2]).c_str(), &result);
    auto* const event = EnvFindDeftemplate(clips, "event");

    hand::Reader reader(argv[1], 0);
    hand::Record r;
    hand::Seen seen;
    hand::TimeWriter written;
    hand::Time clock = hand::before_all;
    std::string text;
    while (reader.next(&r, 1) > 0) {
        clock = std::max(clock, r.time);
        if (!r.id.empty() && !seen.add(r.seen, clock)) continue;
        if (r.type == hand::Type::Other || r.type == hand::Type::Release || (r.type == hand::Type::Optin && r.key != "sms")) continue;
        auto* fact = EnvCreateFact(clips, event);
        const auto put = [&](const char* slot, std::string_view value) {
            text = value;
            DATA_OBJECT object;
            object.type = SYMBOL;
            object.value = EnvAddSymbol(clips, text.c_str());
            EnvPutFactSlot(clips, fact, slot, &object);
        };
        put("id", r.id);
        put("fan", r.fan);
        put("type", type_names[static_cast<int>(r.type)]);
        put("key", r.key);
        put("time", written(clock));
        EnvAssert(clips, fact);
        EnvRun(clips, -1);
    }
    EnvEval(clips, "(close actions)", &result);
    std::fflush(nullptr);
    _exit(0); // what is in its memory need not be taken down
}
