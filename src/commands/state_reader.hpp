// A state file, looked at: the program that wrote it, its world, and what it kept of what happened. Nothing of it is changed.
#pragma once

#include <filesystem>
#include <memory>

#include "commands/program_files.hpp"
#include "scenario/graph.hpp"
#include "store/store.hpp"

namespace segue {

class StateReader {
public:
    static Result<std::unique_ptr<StateReader>> open(const std::string& path);

    // The program that last ran on it, from the texts that it kept.
    Result<std::unique_ptr<Compiled>> program(Ledger& ledger) const;
    // Its texts, those that it began with first, and how many these are: for who wants to go on from them.
    Result<std::pair<std::vector<ProgramText>, std::size_t>> texts() const;
    // The world as it was committed, under this program. A copy each time.
    Result<World> world(std::shared_ptr<Ledger> ledger, std::shared_ptr<const Program> program);
    // What happened to a fan, as far back as it is kept.
    Result<std::vector<JournalEntry>> journal(const Fan& fan) { return store_->journal({fan.number}); }
    Result<std::vector<JournalEntry>> journal() { return store_->journal({}); } // to all fans

    // Of each rule by its name, as far back as the journal is kept: what started, was suppressed and converted.
    Result<std::map<std::string, GraphNumbers::Rule>> rule_numbers();

private:
    StateReader(std::string path, std::unique_ptr<Store> store) : path_(std::move(path)), store_(std::move(store)) {}

    std::string path_;
    std::unique_ptr<Store> store_;
    std::filesystem::file_time_type written_{}; // when it was opened
};

// The texts of a program as a state file keeps them, and back. Nothing: they cannot be read.
std::string pack_texts(const std::vector<ProgramText>& texts, std::size_t roots);
std::optional<std::pair<std::vector<ProgramText>, std::size_t>> unpack_texts(const std::string& packed);

// The program that a state was written with, under the version that it has there.
Result<std::unique_ptr<Compiled>> kept_program(const std::string& path, Store& store, Ledger& ledger);

// What a killed run had done since all was written is done again, under the version of the program that it ran with, and all is written.
Outcome finish_interrupted(const std::string& path, Store& store);

// The world as it was committed, with the versions that responses under way started with. The current one is `program`, or, where a killed run had gone on
// with another, that one.
Outcome fill_world(const std::string& path, Store& store, World& world, std::shared_ptr<const Program> program);

} // namespace segue
