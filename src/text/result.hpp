// The world refusing: a file, a database, a command line. Wrong script text is a Diagnostic instead.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace segue {

// What went wrong and how to mend it, in a sentence for the person who typed the command.
struct Failure {
    std::string message;
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : held_(std::in_place_index<1>, std::move(failure)) {}

    bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& operator*() { return std::get<0>(held_); }
    const T& operator*() const { return std::get<0>(held_); }
    T* operator->() { return &std::get<0>(held_); }
    const std::string& message() const { return std::get<1>(held_).message; }
    Failure failure() const { return std::get<1>(held_); }

private:
    std::variant<T, Failure> held_;
};

struct Done {};
using Outcome = Result<Done>;

} // namespace segue
