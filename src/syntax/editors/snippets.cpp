#include "syntax/editors/snippets.hpp"

#include <algorithm>

namespace segue {

namespace {

constexpr Snippet table[] = {
    {"on", "Rule", "a rule: when a fan does something, a step follows", "on ${1:save} => ${2:prompt follow}$0", ""},
    {"on", "Rule with a goal", "a rule of several lines, with a condition and the stage that it is for",
     "${1:ask}:\n  on ${2:save >= 2} when ${3:not follow}\n    => prompt ${4:follow} via ${5:page} \"${6:Follow, and the next one finds you.}\"\n    -> ${7:follower}$0", ""},
    {"on", "Release day", "a message on release day, in the fan's own time",
     "on presave until listen(release)\n  => wait until release day at ${1:10:00}\n     then send ${2:sms} \"{release.title} is out: {release.link}\"\n  -> listener$0", ""},
    {"on", "Before or after a release", "a rule that the catalogue wakes",
     "on ${1:7 days} ${2|before,after|} release at ${3:18:00} when ${4:stage >= follower}\n  => prompt ${5:presave(release)} via ${6:email} \"${7:{release.title\\} is coming}\" / \"${8:Be there first: {release.link\\}}\"$0", ""},
    {"on", "Silence", "a rule for fans who have not done something for some time", "on no ${1:listen} for ${2:40 days} once every ${3:90 days}\n  => prompt ${4:listen} via ${5:page} \"${6:It has been a while.}\"$0", ""},
    {"on", "Stage", "a rule for fans who come to a stage", "on enter ${1:follower} => ${2:tag inner_circle}$0", ""},
    {"prompt", "Prompt", "ask the fan for something, until they have done it", "prompt ${1:follow}$0", "on save => @"},
    {"prompt", "Prompt by a channel", "ask for something, by these channels", "prompt ${1:follow} via ${2:sms} \"${3:Follow?}\" or ${4:page}$0", "on save => @"},
    {"send", "Send", "a message", "send ${1:sms} \"${2:Thank you.}\"$0", "on save => @"},
    {"send", "Send an email", "a message with a subject", "send email \"${1:Thank you}\" / \"${2:There is more to come.}\"$0", "on save => @"},
    {"reply", "Reply", "an answer to a keyword, on the spot", "reply \"${1:The dates are on nova.example.}\"$0", "on keyword(\"tour\") => @"},
    {"record", "Record", "let an event happen to the fan", "record ${1:share}$0", "on save => @"},
    {"tag", "Tag", "mark the fan", "tag ${1:warm}$0", "on save => @"},
    {"untag", "Untag", "take a mark away", "untag ${1:warm}$0", "on save => tag warm then @"},
    {"wait", "Wait", "let some time pass", "wait ${1:1 day} at ${2:17:00}$0", "on save => @ then tag x"},
    {"wait", "Wait for an event", "wait until a fan does something, but no longer than some time", "wait for ${1:follow} up to ${2:2 days} else { ${3:stop} }$0", "on save => @ then tag x"},
    {"wait", "Wait for release day", "go on when it is out", "wait until release day at ${1:10:00}$0", "on presave => @ then tag x"},
    {"if", "If", "steps on a condition", "if ${1:sms} {\n  ${2:send sms \"Hello\"}\n} else {\n  ${3:prompt sms}\n}$0", "on save => @"},
    {"split", "Split", "an experiment: each fan gets one of the arms", "split ${1:hook} {\n  50% ${2:short}: { ${3:prompt follow} }\n  50% ${4:long}: { ${5:prompt follow via page \"Follow?\"} }\n}$0", "on save => @"},
    {"event", "Event", "a thing that fans do", "## ${1:The fan said that they will come.}\nevent ${2:rsvp}(${3:show}: ${4|text,number,track,release,artist,time|}) once per ${3:show}$0", ""},
    {"attribute", "Attribute", "a fact about a fan", "attribute ${1:city}: ${2|text,number,bool,time,date|}$0", ""},
    {"channel", "Channel", "a way to reach a fan", "channel ${1:whatsapp} needs consent$0", ""},
    {"stages", "Stages", "the ladder that fans climb, lowest stage first", "stages {\n  ${1:listener} when ${2:listen}\n  ${3:follower} when ${4:follow}\n}$0", ""},
    {"release", "Release", "an entry of the catalogue", "release ${1:first_light} {\n  title \"${2:First Light}\"\n  date  ${3:2026-03-06}\n  link  \"${4:https://nova.example/first-light}\"\n}$0", ""},
    {"use", "Use", "another script, or a part of the library", "use ${1:std.recipes}$0", ""},
    {"timezone", "Time zone", "of fans who have none of their own", "timezone \"${1:Europe/Berlin}\"$0", ""},
    {"attribution", "Attribution", "how long a message is credited with what follows", "attribution ${1:7 days}$0", ""},
    {"define", "Definition", "a condition with a name", "define ${1:kept} = ${2:follow and listen}$0", ""},
    {"limit", "Limit", "a cap on what one fan gets", "limit ${1:messages} to ${2:3} per ${3:7 days} else wait$0", ""},
    {"promise", "Promise", "what the fans were told, to be checked", "promise ${1:sms} at most ${2:6} per ${3:30 days}$0", ""},
    {"quiet", "Quiet hours", "hours without messages", "quiet ${1:sms} from ${2:21:00} to ${3:09:00}$0", ""},
    {"flow", "Flow", "a group of rules", "flow ${1:greet} {\n  on ${2:visit} => ${3:prompt follow}$0\n}", ""},
    {"include", "Include", "a copy of a template", "include ${1:win_back}(${2:silence: 45 days})$0", "use std.recipes\n@"},
    {"test", "Test", "a scenario", "test \"${1:a save is asked for a follow}\" {\n  ${2:ana} does ${3:save(\"tideline\")}\n  expect ${4:nothing}\n}$0", ""},
    {"expect", "Expect a prompt", "what a test waits for", "expect prompt ${1:follow} to ${2:ana}$0", "test \"x\" { ana does save(\"t\") @ }"},
    {"does", "A fan does", "a fan does something", "${1:ana} does ${2:save}(${3:\"tideline\"})$0", "test \"x\" { @ }"},
    {"after", "After", "so long later", "after ${1:2 days}$0", "test \"x\" { @ }"},
    {"at", "At", "at that moment", "at ${1:2026-03-13} ${2:10:00}$0", "test \"x\" { @ }"},
    {"fan", "Fan", "who is there, and what is known of them", "fan ${1:ana} { ${2:country} \"${3:NO}\" }$0", "test \"x\" { @ }"},
    {"release", "Release in a test", "an entry of the catalogue, for this test", "release ${1:neon} {\n  title \"${2:Neon}\"\n  date  ${3:2026-03-13}\n  link  \"${4:https://nova.example/neon}\"\n}$0", "test \"x\" { @ }"},
};

} // namespace

std::span<const Snippet> snippets() { return table; }

SnippetPlace place_of(const Snippet& snippet) {
    if (snippet.around.starts_with("test")) return SnippetPlace::Statement;
    return snippet.around.starts_with("on ") ? SnippetPlace::Step : SnippetPlace::Item;
}

std::string filled(std::string_view body) {
    std::string out;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] == '$' && i + 1 < body.size() && body[i + 1] == '0') {
            ++i;
        } else if (body.substr(i).starts_with("${")) {
            i += 3; // one digit names the place
            const bool choice = body[i] == '|';
            for (++i; i < body.size() && body[i] != '}' && !(choice && body[i] == ','); ++i) {
                if (body[i] == '\\') ++i;
                if (body[i] != '|') out += body[i];
            }
            while (choice && body[i] != '}') ++i;
        } else {
            out += body[i];
        }
    }
    return out;
}

} // namespace segue
