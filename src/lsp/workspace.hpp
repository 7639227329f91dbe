// The scripts of an editor's session: what is open there, what lies on disk, which programs they are, and each of these checked when somebody asks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "check/check.hpp"
#include "lsp/positions.hpp"
#include "text/result.hpp"

namespace segue::lsp {

// The world outside, so that this room does no I/O of its own.
struct Disk {
    std::function<Result<std::string>(const std::string& path)> read;
    std::function<std::string(const std::string& path)> identity; // the same for all paths of one file
    std::function<Result<std::vector<std::string>>(const std::string& folder)> scripts;
    std::function<Outcome(const std::string& path, const std::string& text)> write_copy; // of a file of the library, for people to read
    std::string library; // the folder of those copies; empty: there is none
    // How often each rule began, by its name, as a state file says.
    std::function<Result<std::map<std::string, std::uint64_t>>(const std::string& state)> fired;
};

// A program, checked, with all that editors ask about.
struct Compilation {
    std::string root;      // the path of the script that nobody uses
    Sources sources;
    Diagnostics diagnostics;
    Loaded loaded;
    std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>();
    std::shared_ptr<const Program> program;
    Places places;
    Names names;
    std::vector<Scenario> tests;
    std::map<std::string, std::uint32_t> files; // by identity; those of the library by the path of their copy

    const ast::File* file(std::uint32_t source) const;
    const NameUse* name_at(std::uint32_t source, std::uint32_t offset) const; // also right behind its end; null: none
    std::vector<const NameUse*> names_at(std::uint32_t source, std::uint32_t offset) const; // a field may be that of several events
    const NameUse* declaration(const NameUse& use) const; // null: none
};

// A script in the editor.
struct Document {
    std::string uri, path, identity;
    std::int64_t version = 0;
    std::string text;
};

class Workspace {
public:
    Workspace(Disk disk, Positions positions) : disk_(std::move(disk)), positions_(positions) {}

    const Positions& positions() const { return positions_; }
    const Disk& disk() const { return disk_; }
    // Only lists what is there; `read_next` reads one of the scripts after the other, so that an editor need not wait for a large folder. False: all are read.
    void add_folder(const std::string& path) { folders_.insert(path), scan(); }
    void remove_folder(const std::string& path) { folders_.erase(path), scan(); }
    bool read_next();

    void open(const std::string& uri, std::int64_t version, std::string text);
    void change(const std::string& uri, std::int64_t version, const Json& changes); // those of `didChange`
    void close(const std::string& uri);
    void changed_on_disk(const std::string& uri);
    void forget_closed(); // what is not open may be another on the disk
    const Document* document(const std::string& uri) const; // null: it is not open
    const std::map<std::string, Document>& documents() const { return open_; } // by identity

    // The program that a script is looked at in; with several, the first by path. Null: no such file.
    const Compilation* program_with(const std::string& uri);
    std::vector<std::string> roots_of(const std::string& identity); // of the programs that have it
    const std::vector<std::string>& roots();                        // of all programs, by path; found anew where `shape` is another
    std::uint64_t shape() const { return shape_; }                  // another number whenever the programs may be others
    const Compilation& compiled(const std::string& root);
    // The same with other texts in place of some, by identity; nothing is kept of it.
    std::unique_ptr<Compilation> compiled_with(const std::string& root, const std::map<std::string, std::string>& texts) const;

    // A text as it is now: in the editor, or on disk.
    Result<std::string> text(const std::string& path) const;
    std::string uri(const Compilation& program, std::uint32_t source) const; // a file of the library is its copy
    std::string page_uri(Code code) const;                                    // the page that explains it, likewise; empty: there is none

private:
    struct Script {
        std::string path;
        std::string lines;          // those that say so
        std::set<std::string> uses; // identities
    };
    void scan();                                  // the folders
    void read_uses(const std::string& path);      // and those of what it uses, where they are not known
    void touched(const std::string& identity);    // programs that have it are no longer what they were
    void compile(Compilation& out, const std::function<Result<std::string>(const std::string& path)>& read) const;
    Document* find(const std::string& uri);
    std::string copied(const std::string& name, std::string_view text) const; // the URI of a copy of what the tool has in itself; empty: there is none
    std::string library_path(const std::string& name) const { return disk_.library.empty() ? "" : disk_.library + "/" + name; }

    Disk disk_;
    Positions positions_;
    std::set<std::string> folders_;
    std::map<std::string, Document> open_;
    std::map<std::string, Script> scripts_; // by identity
    std::uint64_t shape_ = 1, roots_shape_ = 0; // the second: of `roots_`
    std::vector<std::string> roots_;
    std::vector<std::string> unread_;       // paths of those in the folders that are still to be read
    std::map<std::string, std::unique_ptr<Compilation>> compiled_; // by the path of the root
    mutable std::set<std::string> copied_;  // of the library
};

} // namespace segue::lsp
