// A text message whose worst case needs more than one segment.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"
#include "check/analysis/gsm.hpp"
#include "text/utf8.hpp"

namespace segue::analysis {

namespace {

constexpr std::size_t unbounded_text = 20; // characters that a text counts of which nothing more is known
constexpr std::size_t number_text = 10;
constexpr std::size_t date_text = 10;

bool is_channel(const Program& p, const Rule& rule, std::uint32_t slot) {
    const auto& patterns = rule.trigger.patterns;
    return !patterns.empty() && patterns[0].event != none && slot < rule.slots.size() && !rule.slots[slot].fields.empty() && p.events[patterns[0].event].fields[rule.slots[slot].fields[0]].type == Type::Channel;
}

// The longest that a hole can hold.
SmsLength longest(const Model& model, const Rule& rule, const Expr& e) {
    const auto& p = model.program;
    SmsLength out;
    const auto text = [&](std::string_view t) {
        SmsLength l;
        l.add(t);
        return l;
    };
    const auto larger = [](SmsLength a, const SmsLength& b) {
        const auto outside = a.outside != 0 ? a.outside : b.outside;
        if (b.units > a.units) a = b;
        a.outside = outside;
        return a;
    };
    switch (e.op) {
    case Op::Field:
        if (is_channel(p, rule, e.index)) { // one of those that are declared
            for (const auto& channel : p.channels) out = larger(out, text(channel.name));
            return out;
        }
        break;
    case Op::Constant:
        if (e.value.kind == Value::Kind::Symbol) return text(model.ledger.symbols.text(e.value.symbol()));
        break;
    case Op::Attribute: {
        const auto& fact = model.ledger.facts[e.index];
        std::size_t bound = fact.type == Type::Number ? number_text : fact.type == Type::Date ? date_text : unbounded_text;
        for (const auto& a : p.attributes)
            if (a.fact == e.index && a.bound) bound = *a.bound;
        out.add_unknown(bound);
        return out;
    }
    case Op::Fallback: return larger(longest(model, rule, e.kids[0]), longest(model, rule, e.kids[1]));
    case Op::Property: {
        const auto which = static_cast<Property>(e.index);
        if (which == Property::Date) {
            out.add_unknown(date_text);
            return out;
        }
        out.add_unknown(unbounded_text);
        for (const auto& r : p.releases) { // records may bring others
            const auto& value = which == Property::Title ? r.title : which == Property::Link ? r.link : r.artist;
            if (value) out = larger(out, text(*value));
        }
        return out;
    }
    case Op::Count:
    case Op::Distinct:
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Divide:
    case Op::Negate: out.add_unknown(number_text); return out;
    default: break;
    }
    out.add_unknown(unbounded_text);
    return out;
}

// What a word processor puts in the place of a plain sign.
std::string_view plain_for(std::uint32_t c) {
    switch (c) {
    case 0x2018:
    case 0x2019: return "'";
    case 0x201C:
    case 0x201D: return "\\\"";
    case 0x2013:
    case 0x2014: return "-";
    case 0x2026: return "...";
    case 0xA0: return " ";
    default: return {};
    }
}

} // namespace

void long_sms(const Model& model) {
    const auto& p = model.program;
    const auto sms = p.channel("sms");
    if (!sms) return;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r)
        for (std::uint32_t s = 0; s < p.rules[r].steps.size(); ++s) {
            const auto& step = p.rules[r].steps[s];
            for (std::size_t i = 0; i < step.routes.size(); ++i) {
                if (step.routes[i].channel != *sms || !step.routes[i].text) continue;
                SmsLength whole;
                std::size_t holes = 0;
                for (const auto& part : *step.routes[i].text) {
                    if (!part.hole) {
                        whole.add(part.literal);
                        continue;
                    }
                    const auto hole = longest(model, p.rules[r], *part.hole);
                    holes += hole.units;
                    whole.septets += hole.septets;
                    whole.units += hole.units;
                    if (whole.outside == 0) whole.outside = hole.outside;
                }
                if (whole.segments() < 2) continue;
                const auto& place = model.places.rules[r].steps[s];
                auto& d = model.warn(Code::long_sms, r, i < place.routes.size() ? place.routes[i] : place.span, fmt::format("this text can take {} segments, and each is charged", whole.segments()));
                if (d.labels.empty()) d.primary = fmt::format("up to {} {}", whole.length(), whole.gsm() ? "characters" : "units of UCS-2");
                if (holes > 0) d.notes.push_back(fmt::format("its holes count {} of them: what they can hold, or {} where that is not known", holes, unbounded_text));
                if (whole.gsm()) {
                    d.help = fmt::format("one segment holds 160 characters: leave out {}; an attribute can be bounded, `attribute name: text up to 12`", whole.length() - 160);
                    continue;
                }
                std::string sign;
                append_utf8(sign, whole.outside);
                d.notes.push_back(fmt::format("`{}` (U+{:04X}) is not in the GSM alphabet, so one segment holds 70 units instead of 160 characters", sign, whole.outside));
                const auto plain = plain_for(whole.outside);
                d.help = plain.empty() ? fmt::format("leave `{}` out, or make the text {} units shorter", sign, whole.length() - 70) : fmt::format("write `{}` for `{}`", plain, sign);
            }
        }
}

} // namespace segue::analysis
