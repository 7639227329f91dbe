// The state in one SQLite file: a row for each commit with what changed, the actions of the last commit, and the place in the input.
#pragma once

#include <sqlite3.h>
#include <string>

#include "bench/hand/world.hpp"

namespace hand {

void write_at(int file, std::string_view text, std::uint64_t position);

class State {
public:
    // Fills the world; says where in the input to go on, and how long the file of actions is to be.
    State(const char* path, World& world, std::uint64_t& position, std::uint64_t& written);
    std::string_view last_actions() const { return last_actions_; } // perhaps they were not written yet
    void commit(std::string_view changes, std::string_view actions, std::uint64_t position, std::uint64_t written);
    void close();

private:
    void exec(const char* sql);
    void step(sqlite3_stmt* statement);
    sqlite3* db_ = nullptr;
    sqlite3_stmt *begin_ = nullptr, *commit_ = nullptr, *delta_ = nullptr, *run_ = nullptr;
    std::string last_actions_;
};

} // namespace hand
