// All fans, by their number. Each stays where it is, near what it was first given: they are looked at together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "run/fan.hpp"

namespace segue {

class Fans {
public:
    Fans() { nobody_->gone = true; }
    std::size_t size() const { return all_.size(); }
    Fan& operator[](std::size_t number) const { return all_[number] ? *all_[number] : *nobody_; } // of a number that nobody has: one who is `gone`
    Fan& add() {
        auto& fresh = *all_.emplace_back(std::make_unique<Fan>());
        fresh.number = static_cast<std::uint32_t>(all_.size() - 1);
        return fresh;
    }
    void resize(std::size_t size) { all_.resize(size); } // numbers for those who are put there later
    void put(Fan fan) {
        auto& place = all_[fan.number];
        place = std::make_unique<Fan>(std::move(fan));
    }
    void prefetch(std::size_t number) const { __builtin_prefetch(&all_[number]); } // where it stands

    class Iterator {
    public:
        Iterator(const Fans& fans, std::size_t at) : fans_(fans), at_(at) {}
        Fan& operator*() const { return fans_[at_]; }
        Iterator& operator++() { return ++at_, *this; }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const Fans& fans_;
        std::size_t at_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

private:
    std::vector<std::unique_ptr<Fan>> all_;
    std::unique_ptr<Fan> nobody_ = std::make_unique<Fan>();
};

} // namespace segue
