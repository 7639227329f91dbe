// Asking a fan's state: conditions, counts, and texts.
#pragma once

#include "run/world.hpp"

namespace segue {

// Who asks, and what is in scope.
struct Asking {
    World& world;
    const Program& program;
    const Fan& fan;
    const Value* slots;
    Time now;
};

Value evaluate(const Asking& asking, const Expr& expr);
bool holds(const Asking& asking, const Expr& condition); // missing is false

inline constexpr auto all_of_them = std::numeric_limits<std::uint64_t>::max();
// How many occurrences, or keys held, match; where `most` or more do, any number from there on.
std::uint64_t count(const Asking& asking, const Query& query, std::uint64_t most = all_of_them);
// The same, with the values that its matches compare with given, in their order.
std::uint64_t count(const Asking& asking, const Query& query, const Value* values, std::uint64_t most);
inline bool any(const Asking& asking, const Query& query, const Value* values) { return count(asking, query, values, 1) > 0; }

// What the matches compare with, now.
Values compared_with(const Asking& asking, const std::vector<Match>& matches);
bool matches(const std::vector<Match>& matches, const Value* compared_with, std::span<const Value> fields);

bool satisfies(const Value& value, Compare op, const Value& other);

bool consents(const World& world, const Program& program, const Fan& fan, Symbol channel);

// Adds the text to `out`. False where it needs an entry of the catalogue, or a part of one, that is not there.
bool write(const Asking& asking, const Text& text, std::string& out);
std::string write(const World& world, const Program& program, const Value& value);

// Adds goals to `out` as an action shows them: "save(t1) or follow". `values`: what they compare with, one goal after the other.
void append_goals(const Asking& asking, const std::vector<Goal>& goals, const Value* values, std::string& out);

// What a rank on the ladder of `other` is on this one; of a stage that it does not have, the nearest below counts.
int rank_on(const Program& ladder, const Program& other, int stage);

bool is_out(World& world, const Fan& fan, const CatalogueEntry& entry, Time now);

} // namespace segue
