// Every name of a program: where it stands and what it stands for, as the checker found it. For editors, who ask for one place at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "check/value.hpp"
#include "text/source.hpp"

namespace segue {

enum class Named : std::uint8_t { Event, Field, Attribute, Channel, Stage, Release, Define, Split, Arm, Flow, Parameter, Rule, Tag, Fan, Property, Function, Type, Reason };
inline constexpr std::size_t named_kinds = static_cast<std::size_t>(Named::Reason) + 1;

struct NameUse {
    Span span;
    Named kind = Named::Event;
    bool declares = false;
    std::string owner; // of a field, its event; of an arm, its split; of a parameter or a rule, its flow. A field of several events is there once for each
    std::string name;

    bool same_thing(const NameUse& other) const { return kind == other.kind && name == other.name && owner == other.owner; }
};

// What the conditions and texts of a rule can name without more: the fields that all events of its trigger have.
struct RuleFields {
    Span rule;
    struct Field {
        std::string name;
        Type type = Type::Text;
        bool optional = false;
        std::vector<std::string> events; // whose it is; none: the release of a rule on its day
    };
    std::vector<Field> fields;
};

struct Names {
    std::vector<NameUse> uses; // by source and place; each once
    std::vector<RuleFields> rules;
};

} // namespace segue
