#include "scenario/graph.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>

#include "scenario/describe.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

class Drawing {
public:
    Drawing(const World& world, const GraphNumbers* numbers) : world_(world), program_(world.program()), numbers_(numbers) {}

    Graph draw() {
        out_.flows = program_.flows;
        for (std::uint32_t s = 0; s < program_.stages.size(); ++s) stages_.push_back(none_yet);
        for (std::uint32_t r = 0; r < program_.rules.size(); ++r) rule(r);
        stages();
        return std::move(out_);
    }

private:
    static constexpr auto none_yet = static_cast<std::size_t>(-1);

    std::size_t node(Graph::Kind kind, std::string label, std::uint32_t flow = none, std::string note = "") {
        out_.nodes.push_back({kind, std::move(label), std::move(note), flow});
        return out_.nodes.size() - 1;
    }
    void edge(std::size_t from, std::size_t to, std::string label = "", Graph::Edge::Kind kind = Graph::Edge::Kind::Then) {
        const auto same = [&](const Graph::Edge& e) { return e.from == from && e.to == to && e.label == label && e.kind == kind; };
        if (std::none_of(out_.edges.begin(), out_.edges.end(), same)) out_.edges.push_back({from, to, std::move(label), kind});
    }
    // An event, by its name; consents apart for each channel.
    std::size_t event(const std::string& name) {
        const auto [it, fresh] = events_.emplace(name, 0);
        if (fresh) it->second = node(Graph::Kind::Event, name);
        return it->second;
    }
    std::string name_of(const EventPattern& pattern) const {
        const auto& e = program_.events[pattern.event];
        const bool by_channel = !e.fields.empty() && e.fields[0].type == Type::Channel;
        if (by_channel)
            for (const auto& m : pattern.matches)
                if (m.field == 0 && m.op == Compare::Equal && m.value.op == Op::Constant) return fmt::format("{}({})", e.name, world_.ledger->symbols.text(m.value.value.symbol()));
        return e.name;
    }
    std::size_t stage(std::uint32_t index) {
        if (stages_[index] != none_yet) return stages_[index];
        const auto& name = program_.stages[index].name;
        std::string note;
        if (numbers_) {
            const auto it = numbers_->stages.find(name);
            const auto n = it == numbers_->stages.end() ? 0 : it->second;
            note = fmt::format("{} fan{}", n, n == 1 ? "" : "s");
        }
        return stages_[index] = node(Graph::Kind::Stage, name, none, note);
    }

    void rule(std::uint32_t index) {
        const auto& rule = program_.rules[index];
        std::string note;
        if (numbers_) {
            const auto it = numbers_->rules.find(rule.name);
            const auto n = it == numbers_->rules.end() ? GraphNumbers::Rule{} : it->second;
            note = fmt::format("started {}, suppressed {}, converted {}, under way {}", n.started, n.suppressed, n.converted, n.under_way);
        }
        auto label = rule.name;
        if (const auto slash = label.find('/'); slash != std::string::npos) label.erase(0, slash + 1);
        if (rule.when) label += "\nwhen " + describe(world_, program_, *rule.when, &rule);
        if (rule.frequency == Frequency::Once) label += "\nonce";
        if (rule.frequency == Frequency::OnceEvery) label += "\nonce every " + duration_text(rule.every);
        if (!rule.until.empty()) {
            label += "\nuntil ";
            for (std::size_t i = 0; i < rule.until.size(); ++i) label += (i == 0 ? "" : " or ") + describe(world_, program_, rule.until[i], &rule);
        }
        const auto me = node(Graph::Kind::Rule, label, rule.flow, note);
        trigger(rule, me);
        steps_.assign(rule.steps.size(), none_yet);
        last_ = me;
        if (const auto first = step(rule, 0)) edge(me, *first);
        if (rule.aim != none) edge(last_, stage(rule.aim), "", Graph::Edge::Kind::AimsAt);
    }

    void trigger(const Rule& rule, std::size_t me) {
        const auto& t = rule.trigger;
        if (t.kind == TriggerKind::Enter) return edge(stage(t.stage), me, "entered");
        if (t.kind == TriggerKind::Release || t.kind == TriggerKind::Date || t.kind == TriggerKind::Silence) {
            const auto text = describe(world_, program_, t);
            const auto [it, fresh] = times_.emplace(text, 0);
            if (fresh) it->second = node(Graph::Kind::Time, text);
            return edge(it->second, me);
        }
        for (const auto& pattern : t.patterns) {
            const auto name = name_of(pattern);
            const auto whole = t.patterns.size() == 1 ? describe(world_, program_, t) : describe(world_, program_, pattern, static_cast<const Rule*>(nullptr));
            edge(event(name), me, whole == name ? "" : whole.starts_with(name) ? whole.substr(name.size() + (whole[name.size()] == ' ' ? 1 : 0)) : whole);
        }
    }

    // The node of a step, and of all behind it; nothing where the response ends there.
    std::optional<std::size_t> step(const Rule& rule, std::uint32_t pc) {
        const auto& s = rule.steps[pc];
        if (s.act == Act::Jump) return step(rule, s.target);
        if (s.act == Act::Stop) return std::nullopt;
        if (steps_[pc] != none_yet) return steps_[pc];
        const auto channels = [&] {
            std::string names;
            for (const auto& route : s.routes) names += (names.empty() ? "" : " or ") + program_.channels[route.channel].name;
            return names;
        };
        const auto at = [&] { return s.clock ? fmt::format(" at {:02}:{:02}", *s.clock / 3'600'000, *s.clock / 60'000 % 60) : std::string(); };
        auto kind = Graph::Kind::Message;
        std::string label;
        switch (s.act) {
        case Act::Prompt: {
            label = "prompt " + describe(world_, program_, s.goals, &rule);
            if (channels() != "page") label += "\nvia " + channels();
            break;
        }
        case Act::Send: label = "send " + channels(); break;
        case Act::Reply: label = "reply"; break;
        case Act::WaitLength: kind = Graph::Kind::Wait, label = "wait " + duration_text(s.span) + at(); break;
        case Act::WaitClock: kind = Graph::Kind::Wait, label = "wait until" + at().substr(std::min<std::size_t>(3, at().size())); break;
        case Act::WaitDate: kind = Graph::Kind::Wait, label = "wait until " + describe(world_, program_, Value::of(Value::Kind::Date, s.date)) + at(); break;
        case Act::WaitRelease: kind = Graph::Kind::Wait, label = "wait until release day" + (s.value->op == Op::Field ? std::string() : " of " + describe(world_, program_, *s.value, &rule)) + at(); break;
        case Act::WaitFor: kind = Graph::Kind::Wait, label = fmt::format("wait for {}\nup to {}", describe(world_, program_, s.pattern, &rule), duration_text(s.span)); break;
        case Act::Record: kind = Graph::Kind::Mark, label = "record " + program_.events[s.event].name; break;
        case Act::Tag: kind = Graph::Kind::Mark, label = "tag " + world_.ledger->symbols.text(s.tag); break;
        case Act::Untag: kind = Graph::Kind::Mark, label = "untag " + world_.ledger->symbols.text(s.tag); break;
        case Act::If: kind = Graph::Kind::Choice, label = describe(world_, program_, *s.value, &rule); break;
        default: kind = Graph::Kind::Choice, label = "split " + program_.splits[s.split].name;
        }
        const auto me = steps_[pc] = node(kind, label, rule.flow);
        if (kind == Graph::Kind::Message) last_ = me;
        const auto next = [&](std::uint32_t to, std::string name) {
            if (const auto there = step(rule, to)) edge(me, *there, std::move(name));
        };
        for (const auto& goal : s.goals) edge(me, event(goal.consent != none ? fmt::format("optin({})", program_.channels[goal.consent].name) : name_of(goal.pattern)), "", Graph::Edge::Kind::AsksFor);
        if (s.act == Act::Record) {
            std::string name = program_.events[s.event].name;
            for (const auto& [field, value] : s.fields)
                if (field == 0 && program_.events[s.event].fields[0].type == Type::Channel && value.op == Op::Constant) name += fmt::format("({})", world_.ledger->symbols.text(value.value.symbol()));
            edge(me, event(name), "", Graph::Edge::Kind::AsksFor);
        }
        if (s.act == Act::If) {
            next(pc + 1, "yes");
            next(s.target, "no");
        } else if (s.act == Act::Split) {
            for (std::size_t arm = 0; arm < s.targets.size(); ++arm) next(s.targets[arm], fmt::format("{} {:g}%", program_.splits[s.split].arms[arm], program_.splits[s.split].shares[arm] / 100.0));
        } else if (s.act == Act::WaitFor && s.target != pc + 1) {
            next(pc + 1, "came");
            next(s.target, "time is up");
        } else next(pc + 1, "");
        return me;
    }

    void mentioned(const Expr& e, std::set<std::string>& names) const {
        if (e.op == Op::Consent) names.insert(fmt::format("optin({})", world_.ledger->symbols.text(e.value.symbol())));
        if (e.op == Op::Count || e.op == Op::Distinct || e.op == Op::Since) {
            const auto& q = program_.queries[e.index];
            const auto symbol = q.held ? world_.ledger->holds[q.slot].event : world_.ledger->needs[q.slot].event;
            names.insert(world_.ledger->symbols.text(symbol));
        }
        for (const auto& kid : e.kids) mentioned(kid, names);
    }

    // What counts for a stage, where it is drawn already, or the stage is.
    void stages() {
        std::optional<std::size_t> below;
        for (std::uint32_t s = 0; s < program_.stages.size(); ++s) {
            std::set<std::string> names;
            mentioned(program_.stages[s].condition, names);
            const bool drawn = stages_[s] != none_yet || numbers_ || std::any_of(names.begin(), names.end(), [&](const std::string& n) { return events_.contains(n); });
            if (!drawn) continue;
            const auto me = stage(s);
            for (const auto& name : names) edge(event(name), me, "", Graph::Edge::Kind::Counts);
            if (below) edge(*below, me, "", Graph::Edge::Kind::Ladder);
            below = me;
        }
    }

    const World& world_;
    const Program& program_;
    const GraphNumbers* numbers_;
    Graph out_;
    std::map<std::string, std::size_t> events_, times_;
    std::vector<std::size_t> stages_, steps_;
    std::size_t last_ = 0; // the last message of the rule being drawn
};

std::string replaced(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> with) {
    std::string out;
    for (const char c : text) {
        const auto it = std::find_if(with.begin(), with.end(), [&](const auto& pair) { return pair.first == c; });
        if (it == with.end()) out += c;
        else out += it->second;
    }
    return out;
}

} // namespace

Graph graph_of(const World& world, const GraphNumbers* numbers) { return Drawing(world, numbers).draw(); }

std::string render_mermaid(const Graph& graph) {
    const auto text = [](std::string_view label) { return replaced(label, {{'"', "#quot;"}, {'<', "#lt;"}, {'>', "#gt;"}, {'\n', "<br/>"}, {'#', "#35;"}, {'`', "'"}}); };
    std::string out = "flowchart LR\n";
    const auto node = [&](std::size_t i, std::string_view indent) {
        constexpr std::pair<const char*, const char*> shapes[] = {{"([", "])"}, {"([", "])"}, {"[", "]"}, {">", "]"}, {"(", ")"}, {"{", "}"}, {"[/", "/]"}, {"[[", "]]"}};
        constexpr const char* classes[] = {"event", "time", "rule", "message", "wait", "choice", "mark", "stage"};
        const auto& n = graph.nodes[i];
        const auto [open, close] = shapes[static_cast<std::size_t>(n.kind)];
        const auto label = text(n.label) + (n.note.empty() ? "" : "<br/><i>" + text(n.note) + "</i>");
        out += fmt::format("{}n{}{}\"{}\"{}:::{}\n", indent, i, open, label, close, classes[static_cast<std::size_t>(n.kind)]);
    };
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].flow == none) node(i, "  ");
    for (std::uint32_t flow = 0; flow < graph.flows.size(); ++flow) {
        if (std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const Graph::Node& n) { return n.flow == flow; })) continue;
        out += fmt::format("  subgraph f{} [\"{}\"]\n", flow, text(graph.flows[flow]));
        for (std::size_t i = 0; i < graph.nodes.size(); ++i)
            if (graph.nodes[i].flow == flow) node(i, "    ");
        out += "  end\n";
    }
    for (const auto& e : graph.edges) {
        constexpr const char* arrows[] = {"-->", "-.->", "-.->", "-.->", "==>"};
        const auto label = !e.label.empty() ? text(e.label) : e.kind == Graph::Edge::Kind::AimsAt ? "aims at" : "";
        out += label.empty() ? fmt::format("  n{} {} n{}\n", e.from, arrows[static_cast<std::size_t>(e.kind)], e.to) : fmt::format("  n{} {}|\"{}\"| n{}\n", e.from, arrows[static_cast<std::size_t>(e.kind)], label, e.to);
    }
    return out + "  classDef event fill:#e8f1ff,stroke:#3867b7\n  classDef time fill:#f1ecff,stroke:#6b4fb3\n  classDef rule fill:#ffffff,stroke:#444444\n"
                 "  classDef message fill:#e7f7ea,stroke:#2f7d3f\n  classDef wait fill:#f5f5f5,stroke:#888888\n  classDef choice fill:#fffbe6,stroke:#a38200\n"
                 "  classDef mark fill:#f5f5f5,stroke:#444444\n  classDef stage fill:#fff1e0,stroke:#b3670b\n";
}

std::string render_dot(const Graph& graph) {
    const auto text = [](std::string_view label) { return replaced(label, {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}}); };
    std::string out = "digraph segue {\n  rankdir=LR; newrank=true; nodesep=0.25; ranksep=0.55; fontname=\"Helvetica\";\n"
                      "  node [fontname=\"Helvetica\", fontsize=11, style=\"filled,rounded\", shape=box, margin=\"0.12,0.06\"];\n"
                      "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\", arrowsize=0.7];\n";
    const auto node = [&](std::size_t i, std::string_view indent) {
        constexpr const char* looks[] = {
            "shape=ellipse, fillcolor=\"#e8f1ff\", color=\"#3867b7\"", "shape=ellipse, fillcolor=\"#f1ecff\", color=\"#6b4fb3\"", "fillcolor=\"#ffffff\", color=\"#444444\"",
            "fillcolor=\"#e7f7ea\", color=\"#2f7d3f\"", "fillcolor=\"#f5f5f5\", color=\"#888888\"", "style=filled, shape=diamond, margin=\"0.02,0.02\", fillcolor=\"#fffbe6\", color=\"#a38200\"",
            "style=filled, shape=note, fillcolor=\"#f5f5f5\", color=\"#444444\"", "style=\"filled,bold\", shape=hexagon, fillcolor=\"#fff1e0\", color=\"#b3670b\""};
        const auto& n = graph.nodes[i];
        out += fmt::format("{}n{} [label=\"{}{}\", {}];\n", indent, i, text(n.label), n.note.empty() ? "" : "\\n" + text(n.note), looks[static_cast<std::size_t>(n.kind)]);
    };
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (graph.nodes[i].flow == none) node(i, "  ");
    for (std::uint32_t flow = 0; flow < graph.flows.size(); ++flow) {
        if (std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const Graph::Node& n) { return n.flow == flow; })) continue;
        out += fmt::format("  subgraph cluster_{} {{\n    label=\"{}\"; fontsize=12; color=\"#bbbbbb\"; style=rounded;\n", flow, text(graph.flows[flow]));
        for (std::size_t i = 0; i < graph.nodes.size(); ++i)
            if (graph.nodes[i].flow == flow) node(i, "    ");
        out += "  }\n";
    }
    for (const auto& e : graph.edges) {
        constexpr const char* looks[] = {"", "style=dashed, color=\"#2f7d3f\"", "style=dotted, constraint=true, color=\"#b3670b\"", "style=dotted, color=\"#b3670b\", label=\"aims at\"", "style=bold, color=\"#b3670b\""};
        std::string look = looks[static_cast<std::size_t>(e.kind)];
        if (!e.label.empty()) look += fmt::format("{}label=\"{}\"", look.empty() ? "" : ", ", text(e.label));
        out += fmt::format("  n{} -> n{}{};\n", e.from, e.to, look.empty() ? "" : " [" + look + "]");
    }
    return out + "}\n";
}

std::string render_text(const Graph& graph, bool color) {
    const auto flat = [](const std::string& label) { return replaced(label, {{'\n', " "}}); };
    std::string out;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const auto kind = graph.nodes[i].kind;
        if (kind != Graph::Kind::Event && kind != Graph::Kind::Time && kind != Graph::Kind::Stage) continue;
        std::string below;
        for (const auto& e : graph.edges) {
            if (e.from != i) continue;
            const auto& to = graph.nodes[e.to];
            if (to.kind == Graph::Kind::Stage) {
                if (e.kind == Graph::Edge::Kind::Counts) below += "    counts for " + paint(color, "36", to.label) + "\n";
                continue;
            }
            std::string line = fmt::format("    {}{}", e.label.empty() ? "" : e.label + "  ", paint(color, "1", fmt::format("{}/{}", graph.flows[to.flow], to.label.substr(0, to.label.find('\n')))));
            // Its steps in their order; of a choice all ways.
            std::vector<std::size_t> row{e.to};
            std::set<std::size_t> seen{e.to};
            std::vector<std::string> steps, leads;
            for (std::size_t k = 0; k < row.size(); ++k)
                for (const auto& next : graph.edges) {
                    if (next.from != row[k]) continue;
                    if (next.kind == Graph::Edge::Kind::Then && graph.nodes[next.to].flow != none && seen.insert(next.to).second) {
                        row.push_back(next.to);
                        steps.push_back((next.label.empty() ? "" : next.label + ": ") + flat(graph.nodes[next.to].label));
                    } else if (next.kind == Graph::Edge::Kind::AimsAt) leads.push_back(graph.nodes[next.to].label);
                }
            if (!steps.empty()) line += fmt::format(": {}", fmt::join(steps, ", "));
            if (!to.note.empty()) line += paint(color, "2", fmt::format("  ({})", flat(to.note)));
            for (const auto& lead : leads) line += "  -> " + paint(color, "36", lead);
            below += line + "\n";
        }
        if (below.empty()) continue;
        out += "  " + paint(color, kind == Graph::Kind::Stage ? "36" : "1;34", flat(graph.nodes[i].label)) + (graph.nodes[i].note.empty() ? "" : "  " + graph.nodes[i].note) + "\n" + below;
    }
    return out;
}

} // namespace segue
