// A program as a picture: what happens, the rules that it wakes, their waits and messages, what these ask for, and the stages that it leads to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "run/world.hpp"

namespace segue {

struct Graph {
    enum class Kind : std::uint8_t { Event, Time, Rule, Message, Wait, Choice, Mark, Stage };
    struct Node {
        Kind kind;
        std::string label;
        std::string note; // numbers of fans; may be empty
        std::uint32_t flow = none;
    };
    struct Edge {
        std::size_t from, to;
        std::string label;
        enum class Kind : std::uint8_t { Then, AsksFor, Counts, AimsAt, Ladder } kind = Kind::Then;
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<std::string> flows; // names, by number
};

// How many fans: for a picture with numbers.
struct GraphNumbers {
    struct Rule {
        std::uint64_t started = 0, suppressed = 0, converted = 0, under_way = 0;
    };
    std::map<std::string, Rule> rules;            // by name
    std::map<std::string, std::uint64_t> stages;  // fans whose stage it is, by name
};

// `world` has the program, and the words for its parts; its fans are not looked at.
Graph graph_of(const World& world, const GraphNumbers* numbers = nullptr);

std::string render_mermaid(const Graph& graph);
std::string render_dot(const Graph& graph);
// For a terminal: what each thing leads to, one line a rule.
std::string render_text(const Graph& graph, bool color);

} // namespace segue
