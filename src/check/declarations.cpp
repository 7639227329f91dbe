#include <algorithm>
#include <fmt/format.h>

#include "check/checker.hpp"
#include "check/time_zones.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

namespace {

constexpr std::pair<std::string_view, Type> types[] = {
    {"number", Type::Number}, {"text", Type::Text}, {"bool", Type::Bool}, {"duration", Type::Duration}, {"time", Type::Time}, {"date", Type::Date},
    {"channel", Type::Channel}, {"stage", Type::Stage}, {"artist", Type::Artist}, {"release", Type::Release}, {"track", Type::Track}, {"clock", Type::Clock},
};

} // namespace

bool Checker::zone_named(const ast::Expr& text) {
    const auto name = plain(text);
    if (find_time_zone(name)) return true;
    auto& d = error(Code::bad_timezone, text.span, fmt::format("there is no time zone `{}`", name));
    if (const auto near = did_you_mean(name, time_zone_names())) {
        d.help = fmt::format("did you mean `{}`?", *near);
        d.mend.push_back({text.span, fmt::format("\"{}\"", *near)});
    } else d.help = "write an IANA name, such as \"Europe/Berlin\"";
    return false;
}

Type Checker::type(const ast::Type& written, bool allow_clock) {
    std::vector<std::string> candidates;
    for (const auto& [name, type] : types) {
        if (type == Type::Clock && !allow_clock) continue;
        if (name == written.name.text) return note(Named::Type, written.name), type;
        candidates.emplace_back(name);
    }
    auto& d = unknown(written.name, "type", candidates);
    constexpr std::pair<std::string_view, std::string_view> elsewhere[] = {{"string", "text"}, {"str", "text"}, {"url", "text"}, {"int", "number"}, {"integer", "number"}, {"float", "number"},
        {"double", "number"}, {"decimal", "number"}, {"boolean", "bool"}, {"datetime", "time"}, {"timestamp", "time"}, {"interval", "duration"}, {"song", "track"}};
    for (const auto& [theirs, ours] : elsewhere) {
        if (theirs != written.name.text) continue;
        d.help = fmt::format("here this is written `{}`", ours);
        d.mend = {{written.name.span, std::string(ours)}};
        d.safe = true;
    }
    if (d.help.empty()) d.help = fmt::format("the types: {}", fmt::join(candidates, ", "));
    return Type::Error;
}

bool Checker::declare(const ast::Name& name, What what, std::uint32_t index, bool stdlib) {
    const auto [it, fresh] = declared_.emplace(name.text, Declared{what, name.span, index, stdlib});
    if (fresh) return note(named(what), name, "", true), true;
    if (stdlib && !it->second.stdlib) { // the script's own takes its place
        replaced_.emplace(name.text, it->second.span);
        return false;
    }
    auto first = it->second.span;
    auto second = name.span;
    if (first.source == second.source && first.begin > second.begin) std::swap(first, second); // declarations of one kind are read together
    auto& d = error(Code::duplicate_name, second, fmt::format("`{}` is declared twice", name.text));
    d.primary = "the second declaration";
    d.labels.push_back({first, "the first is here"});
    d.help = "events, channels, stages, releases, definitions, splits and flows share one set of names: rename one of them";
    return false;
}

void Checker::declare_event(const ast::Event& e, bool stdlib) {
    if (!declare(e.name, What::Event, static_cast<std::uint32_t>(program_.events.size()), stdlib)) return;
    EventType event;
    event.name = e.name.text;
    event.symbol = symbol(e.name.text);
    for (const auto& from : e.from) event.from.push_back(from.text);
    event.held = e.once;
    constexpr std::string_view builtin[] = {"profile", "identify", "forget"};
    if (std::find(std::begin(builtin), std::end(builtin), e.name.text) != std::end(builtin))
        error(Code::bad_event, e.name.span, fmt::format("`{}` is a type of record of its own", e.name.text)).help = "choose another name for the event";
    for (const auto& f : e.fields) {
        for (std::size_t other = 0; other < event.fields.size(); ++other) {
            if (event.fields[other].name != f.name.text) continue;
            auto& d = error(Code::duplicate_name, f.name.span, fmt::format("`{}` has two fields named `{}`", e.name.text, f.name.text));
            d.labels.push_back({e.fields[other].name.span, "the first is here"});
            d.help = "rename one of them";
        }
        constexpr std::string_view taken[] = {"id", "fan", "type", "time"};
        if (std::find(std::begin(taken), std::end(taken), f.name.text) != std::end(taken))
            error(Code::bad_event, f.name.span, fmt::format("every record has a `{}` of its own", f.name.text)).help = "choose another name for the field";
        note(Named::Field, f.name, e.name.text, true);
        if (f.type.bound) error(Code::bad_event, f.type.bound_span, "only an attribute can say `up to`").help = "leave it out";
        Field field;
        field.name = f.name.text;
        field.type = type(f.type, false);
        field.optional = f.type.optional;
        field.from = f.from;
        field.folded = e.name.text == "keyword" && f.name.text == "word" && field.type == Type::Text;
        event.fields.push_back(std::move(field));
    }
    if (e.fields.size() > most_fields) error(Code::too_large, e.name.span, fmt::format("an event has at most {} fields", most_fields)).help = "split it into two events";
    if (!event.fields.empty()) event.fields[0].used = true;
    event_asts_.push_back(&e);
    program_.events.push_back(std::move(event));
}

void Checker::declare_channel(const ast::Channel& c, bool stdlib) {
    const auto before = declared_.find(c.name.text);
    // The library's channel that a script replaces may not lose its need for consent.
    if (stdlib && before != declared_.end() && !before->second.stdlib && before->second.what == What::Channel && c.needs_consent) {
        auto& own = program_.channels[before->second.index];
        if (!own.needs_consent) {
            auto& d = error(Code::drops_consent, before->second.span, fmt::format("the channel `{}` needs consent, and a script cannot take that away", c.name.text));
            d.labels.push_back({c.name.span, "declared so here"});
            d.help = fmt::format("write `channel {} needs consent`", c.name.text);
            own.needs_consent = true;
        }
        return;
    }
    if (!declare(c.name, What::Channel, static_cast<std::uint32_t>(program_.channels.size()), stdlib)) return;
    if (c.name.text == "messages") error(Code::reserved_name, c.name.span, "`messages` stands for every channel that needs consent").help = "choose another name";
    program_.channels.push_back({c.name.text, symbol(c.name.text), c.needs_consent, c.has_subject});
}

bool Checker::property_of_release(const ast::Name& name, bool live) {
    std::vector<std::string> known{"title", "date", "link", "artist", "id"};
    if (live) known.emplace_back("live");
    if (std::find(known.begin(), known.end(), name.text) != known.end()) return note(Named::Property, name), true;
    auto& d = unknown(name, "property of a release", known);
    if (d.help.empty()) d.help = fmt::format("a release has {}", fmt::join(known, ", "));
    return false;
}

void Checker::declare_release(const ast::Release& r, bool stdlib) {
    if (!declare(r.name, What::Release, static_cast<std::uint32_t>(program_.releases.size()), stdlib)) return;
    ReleaseEntry entry;
    entry.id = r.name.text;
    std::map<std::string, Span> seen;
    bool misspelt = false;
    Span id_span = r.name.span;
    for (const auto& p : r.properties) {
        const auto& name = p.name.text;
        if (const auto [first, fresh] = seen.emplace(name, p.span); !fresh) {
            auto& d = error(Code::bad_release, p.span, fmt::format("`{}` is given twice", name));
            d.labels.push_back({first->second, "the first is here"});
            d.help = "keep one";
            continue;
        }
        const bool wants_date = name == "date";
        if (!property_of_release(p.name, false)) {
            misspelt = true;
            continue;
        }
        if (p.value.kind == ast::ExprKind::Error) continue;
        if (wants_date != (p.value.kind == ast::ExprKind::Date)) {
            auto& d = error(Code::bad_release, p.value.span, fmt::format("`{}` is a {}", name, wants_date ? "date" : "text"));
            d.help = wants_date ? "write it without quotes, such as `2026-03-13`" : "write it in quotes";
            continue;
        }
        if (wants_date) {
            entry.date = p.value.integer;
            continue;
        }
        for (const auto& part : p.value.parts)
            if (part.hole) error(Code::hole_not_allowed, part.hole->span, "an entry of the catalogue cannot have holes").help = "write the text itself";
        if (name == "title") entry.title = plain(p.value);
        if (name == "link") entry.link = plain(p.value);
        if (name == "artist") entry.artist = plain(p.value);
        if (name == "id") {
            entry.id = plain(p.value);
            id_span = p.value.span;
            if (entry.id.empty()) error(Code::bad_release, p.value.span, "the id of a release cannot be empty").help = "leave it out: the id is then its name";
        }
    }
    std::string lacking;
    for (const auto* property : {"title", "date", "link"})
        if (!seen.contains(property)) lacking += fmt::format("{}`{}`", lacking.empty() ? "" : " and ", property);
    if (!lacking.empty() && !misspelt) error(Code::bad_release, r.name.span, fmt::format("the release `{}` has no {}", r.name.text, lacking)).help = "add it: messages speak of it";
    if (const auto [other, fresh] = release_ids_.emplace(entry.id, id_span); !fresh) {
        auto& d = error(Code::bad_release, id_span, fmt::format("two releases have the id `{}`", entry.id));
        d.labels.push_back({other->second, "the first is here"});
        d.help = "give one of them an `id` of its own";
    }
    program_.releases.push_back(std::move(entry));
    places_.releases.push_back(r.name.span);
}

void Checker::finish_events() {
    for (std::uint32_t i = 0; i < program_.events.size(); ++i) {
        auto& event = program_.events[i];
        const auto& e = *event_asts_[i];
        if (event.name == "optin") program_.optin = i;
        if (event.name == "optout") program_.optout = i;
        if (event.name == "keyword") program_.keyword = i;
        const auto field_at = [&](const EventType& of, const std::string& name) {
            for (std::uint32_t f = 0; f < of.fields.size(); ++f)
                if (of.fields[f].name == name) return f;
            return none;
        };
        if (event.held) event.hold = ledger_.hold(event.symbol);
        if (e.once_per) {
            event.held_by = field_at(event, e.once_per.text);
            if (event.held_by == none) {
                auto& d = unknown(e.once_per, fmt::format("field of `{}`", event.name), field_names(i));
                d.code = Code::no_such_field;
            } else event.fields[event.held_by].used = true, note(Named::Field, e.once_per, event.name);
        }
        if (!e.undoes) continue;
        const auto undone = event_named(e.undoes, Use::Question);
        if (!undone) continue;
        if (*undone == i) {
            error(Code::bad_event, e.undoes.span, fmt::format("`{}` cannot undo itself", e.name.text)).help = "declare another event for it: `event un" + e.name.text + "(...) undoes " + e.name.text + "`";
            continue;
        }
        const auto& other_ast = *event_asts_[*undone];
        if (!other_ast.once) {
            auto& d = error(Code::bad_event, e.undoes.span, fmt::format("`{}` is not held, so nothing can undo it", e.undoes.text));
            d.labels.push_back({other_ast.name.span, "declared without `once`"});
            d.help = fmt::format("declare it `once per FIELD`");
            continue;
        }
        event.undoes = *undone;
        if (!other_ast.once_per) continue;
        event.undo_key = field_at(event, other_ast.once_per.text);
        const auto key = field_at(program_.events[*undone], other_ast.once_per.text);
        if (event.undo_key == none || key == none || event.fields[event.undo_key].type != program_.events[*undone].fields[key].type) {
            auto& d = error(Code::bad_event, e.name.span, fmt::format("`{}` does not say which `{}` it lets go", event.name, e.undoes.text));
            d.labels.push_back({other_ast.once_per.span, fmt::format("`{}` is held once per `{}`", e.undoes.text, other_ast.once_per.text)});
            d.help = fmt::format("give it a field `{}` of the same type", other_ast.once_per.text);
            event.undoes = none;
        } else event.fields[event.undo_key].used = true;
    }
    if (program_.optin != none && program_.optout != none && program_.events[program_.optout].undoes != program_.optin && !diagnostics_.has_errors()) {
        auto& d = error(Code::bad_event, event_asts_[program_.optout]->name.span, "`optout` does not undo `optin`: a fan who texts STOP would withdraw nothing");
        d.help = "write `event optout(channel: channel) undoes optin`";
    }
    std::map<std::string, const ast::Name*> outside; // the names of the outside world, and whose they are
    for (const auto* e : event_asts_) outside.emplace(e->name.text, &e->name);
    for (const auto* e : event_asts_) {
        for (const auto& from : e->from) {
            const auto [owner, fresh] = outside.emplace(from.text, &from);
            if (fresh || owner->second == &e->name) continue;
            auto& d = error(Code::bad_event, from.span, fmt::format("records of type `{}` belong to another event already", from.text));
            d.labels.push_back({owner->second->span, "to this one"});
            d.help = "one outside name leads to one event";
        }
    }
}

void Checker::check_stages() {
    for (std::size_t i = 0; i < stage_rows_.size(); ++i) {
        Visible visible;
        visible.place = "in the condition of a stage";
        visible.events_only = true;
        program_.stages[i].condition = condition(stage_rows_[i]->condition, visible);
    }
}

std::optional<Scope> Checker::target(const ast::Name& name, const Parameters* parameters) {
    Scope scope;
    if (name.text == "messages") return scope;
    Visible visible;
    visible.parameters = parameters;
    if (!find(name.text) && !(parameters && parameters->contains(name.text)) && did_you_mean(name.text, {"messages"})) {
        unknown(name, "channel", {"messages"});
        return std::nullopt;
    }
    const auto channel = channel_named(name, visible);
    if (!channel) return std::nullopt;
    scope.channel = *channel;
    return scope;
}

void Checker::limit(const ast::Limit& l, std::uint32_t flow, const Parameters* parameters) {
    auto scope = target(l.target, parameters);
    const auto count = whole(l.count, parameters, "the number of a limit");
    const auto per = duration(l.per, parameters);
    const auto up_to = l.up_to ? duration(*l.up_to, parameters) : 0;
    if (!scope || !count) return;
    scope->flow = flow;
    program_.limits.push_back({*scope, *count, per, l.else_wait, up_to});
    places_.limits.push_back(l.span);
}

void Checker::quiet(const ast::Quiet& q, std::uint32_t flow, const Parameters* parameters) {
    auto scope = target(q.target, parameters);
    const auto from = clock(q.from, parameters);
    const auto to = clock(q.to, parameters);
    if (!scope) return;
    if (from == to && q.from.kind != ast::ExprKind::Error && q.to.kind != ast::ExprKind::Error) {
        auto& d = error(Code::quiet_all_day, q.span, "these quiet hours cover the whole day");
        d.primary = "from and to the same hour";
        d.help = "leave some hours open, or no message ever goes out";
        return;
    }
    scope->flow = flow;
    program_.quiets.push_back({*scope, from, to});
    places_.quiets.push_back(q.span);
    quiet_places_.emplace_back(q.span, program_.quiets.back());
}

// Two quiets that leave no minute between them are as bad as one that covers the day.
void Checker::quiet_covers_day() {
    std::set<std::pair<std::uint32_t, std::uint32_t>> said;
    for (std::uint32_t channel = 0; channel < program_.channels.size(); ++channel) {
        for (std::uint32_t flow = 0; flow <= program_.flows.size(); ++flow) {
            const auto own = flow == program_.flows.size() ? none : flow;
            std::vector<const std::pair<Span, Quiet>*> parts;
            bool of_flow = false;
            for (const auto& place : quiet_places_) {
                const auto& scope = place.second.scope;
                if (scope.flow != none && scope.flow != own) continue;
                if (scope.channel == none ? !program_.channels[channel].needs_consent : scope.channel != channel) continue;
                parts.push_back(&place);
                of_flow = of_flow || scope.flow != none;
            }
            if (parts.size() < 2 || (own != none && !of_flow)) continue;
            Span_ms at = 0;
            for (bool moved = true; moved && at < day_ms;) {
                moved = false;
                for (const auto* part : parts) {
                    const auto& q = part->second;
                    const auto reach = q.from < q.to ? (at >= q.from && at < q.to ? q.to : at) : at >= q.from ? day_ms : at < q.to ? q.to : at;
                    if (reach > at) at = reach, moved = true;
                }
            }
            if (at < day_ms || !said.emplace(parts.back()->first.begin, parts.back()->first.source).second) continue;
            auto& d = error(Code::quiet_all_day, parts.back()->first, fmt::format("together, these quiet hours cover the whole day of `{}`", program_.channels[channel].name));
            for (std::size_t i = 0; i + 1 < parts.size(); ++i) d.labels.push_back({parts[i]->first, "with these"});
            d.help = "leave some hours open, or no message ever goes out";
        }
    }
}

void Checker::settings(const ast::File& file) {
    for (const auto& l : file.limits) limit(l, none, nullptr);
    for (const auto& q : file.quiets) quiet(q, none, nullptr);
    for (const auto& p : file.promises) {
        const auto scope = target(p.target, nullptr);
        const auto count = whole(p.count, nullptr, "the number of a promise");
        const auto per = duration(p.per, nullptr);
        if (!scope || !count) continue;
        program_.promises.push_back({*scope, *count, per});
        places_.promises.push_back(p.span);
    }
}

void Checker::declare_all() {
    bool own_stages = false;
    Span own_ladder{};
    // The script's own declarations first: they take the place of the library's.
    for (const bool stdlib : {false, true}) {
        for (std::size_t i = 0; i < loaded_.files.size(); ++i) {
            if (loaded_.from_stdlib[i] != stdlib) continue;
            const auto& file = loaded_.files[i];
            for (const auto& e : file.events) declare_event(e, stdlib);
            for (const auto& c : file.channels) declare_channel(c, stdlib);
            for (const auto& r : file.releases) declare_release(r, stdlib);
            for (const auto& s : file.stages) {
                if (stdlib && own_stages) {
                    for (const auto& row : s.rows)
                        if (!declared_.contains(row.name.text)) replaced_.emplace(row.name.text, own_ladder);
                    continue;
                }
                if (!program_.stages.empty()) {
                    error(Code::bad_stages, s.span, "the stages are declared twice").help = "a program has one ladder: join the two";
                    continue;
                }
                own_stages = own_stages || !stdlib;
                if (!stdlib) own_ladder = {s.span.source, s.span.begin, s.span.begin + static_cast<std::uint32_t>(std::string_view("stages").size())};
                if (s.rows.empty()) error(Code::bad_stages, s.span, "a ladder needs a stage").help = "write `listener when listen`";
                if (s.rows.size() > most_stages) error(Code::too_large, s.span, fmt::format("a ladder has at most {} stages", most_stages)).help = "join some of them";
                for (const auto& row : s.rows) {
                    if (!declare(row.name, What::Stage, static_cast<std::uint32_t>(program_.stages.size()), stdlib)) continue;
                    program_.stages.push_back({row.name.text, symbol(row.name.text), {}});
                    places_.stages.push_back(row.name.span);
                    places_.stage_conditions.push_back(row.condition.span);
                    stage_rows_.push_back(&row);
                }
            }
            for (const auto& d : file.defines)
                if (declare(d.name, What::Define, static_cast<std::uint32_t>(defines_.size()), stdlib)) defines_.push_back(&d);
            for (const auto& f : file.flows)
                if (declare(f.name, What::Flow, static_cast<std::uint32_t>(templates_.size()), stdlib)) templates_.push_back(&f);
            for (const auto& a : file.attributes) {
                const auto same = std::find_if(program_.attributes.begin(), program_.attributes.end(), [&](const auto& other) { return other.name == a.name.text; });
                if (same != program_.attributes.end()) {
                    if (!stdlib) {
                        auto& d = error(Code::duplicate_name, a.name.span, fmt::format("the attribute `{}` is declared twice", a.name.text));
                        d.labels.push_back({attribute_places_[a.name.text], "the first is here"});
                        d.help = "keep one";
                    }
                    continue;
                }
                attribute_places_.emplace(a.name.text, a.name.span);
                note(Named::Attribute, a.name, "", true);
                Attribute attribute{a.name.text, 0, type(a.type, false), std::nullopt};
                attribute.fact = ledger_.fact(symbol(a.name.text), attribute.type);
                if (a.type.bound) {
                    if (attribute.type != Type::Text) error(Code::bad_attribute, a.type.bound_span, "only a text can say `up to`").help = "leave it out";
                    else if (*a.type.bound < 1) error(Code::bad_attribute, a.type.bound_span, "a text of no characters says nothing").help = "write `up to 20`";
                    else attribute.bound = static_cast<std::uint32_t>(std::min(*a.type.bound, 10'000.0));
                }
                if (a.name.text == "timezone" && attribute.type != Type::Text)
                    error(Code::bad_attribute, a.name.span, "the attribute `timezone` is a text: the IANA name of the fan's zone").help = "write `attribute timezone: text`";
                else if (a.name.text == "timezone") program_.timezone_fact = attribute.fact;
                program_.attributes.push_back(std::move(attribute));
            }
        }
    }
    Span zone{};
    Span attribution{};
    for (const auto& file : loaded_.files) {
        for (const auto& t : file.timezones) {
            if (zone.end != 0) {
                auto& d = error(Code::repeated_setting, t.span, "the time zone is said twice");
                d.labels.push_back({zone, "the first time here"});
                d.help = "keep one";
            }
            zone = t.span;
            program_.timezone = plain(t.value);
            if (!zone_named(t.value)) program_.timezone = "UTC";
        }
        for (const auto& a : file.attributions) {
            if (attribution.end != 0) {
                auto& d = error(Code::repeated_setting, a.span, "the attribution is said twice");
                d.labels.push_back({attribution, "the first time here"});
                d.help = "keep one";
            }
            attribution = a.span;
            program_.attribution = duration(a.value, nullptr);
        }
    }
}

} // namespace segue
