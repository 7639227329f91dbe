// All fans, by their number. Each in memory stays where it is, near what it was first given: they are looked at together. Others rest, and are woken when
// they are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "run/fan.hpp"

namespace segue {

// Keeps fans who are not in memory.
class Rest {
public:
    // What its functions throw where the world refuses; nothing may be committed then.
    struct Failed {
        std::string why;
    };
    virtual ~Rest() = default;
    virtual bool has(std::uint32_t number) const = 0;
    virtual bool waits_for_release(std::uint32_t number) const = 0;
    virtual std::unique_ptr<Fan> wake(std::uint32_t number) = 0; // who does not rest any more
    virtual void put(const Fan& fan) = 0;
};

class Fans {
public:
    Fans() { nobody_->gone = true; }
    std::size_t size() const { return all_.size(); }
    Fan& operator[](std::size_t number) const { return all_[number] ? *all_[number] : absent(number); } // of a number that nobody has: one who is `gone`
    const Fan* here(std::size_t number) const { return all_[number].get(); } // null: nobody, or one who rests
    bool rests(std::size_t number) const { return rest_ && !all_[number] && rest_->has(static_cast<std::uint32_t>(number)); }
    bool waits_for_release(std::size_t number) const { return rest_->waits_for_release(static_cast<std::uint32_t>(number)); } // of one who rests
    Fan& add();
    void resize(std::size_t size) { all_.resize(size), zones_.resize(size); } // numbers for those who are put there, or rest
    void put(Fan fan);
    // In which zone each is, beside them: so it is known of all without looking at one.
    Zones::Id zone(std::size_t number) const { return zones_[number]; }
    void set_zone(Fan& fan, Zones::Id zone) { zones_[fan.number] = fan.zone = zone; }
    void prefetch(std::size_t number) const { __builtin_prefetch(&all_[number]); } // where it stands

    // Who is not here rests there. `most`: in memory, about; 0: as many as are woken.
    void rest_in(Rest& rest, std::size_t most) { rest_ = &rest, most_ = most; }
    // Those who were not looked at for longest go to rest, where there are too many. Only while nobody holds a fan: to go on with an iterator is such a moment.
    void relax() const {
        if (most_ > 0 && here_.size() > most_) put_to_rest();
    }

    class Iterator {
    public:
        Iterator(const Fans& fans, std::size_t at) : fans_(fans), at_(at) {}
        Fan& operator*() const { return fans_[at_]; }
        Iterator& operator++() { return fans_.relax(), ++at_, *this; }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const Fans& fans_;
        std::size_t at_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

private:
    Fan& absent(std::size_t number) const;
    Fan& take_in(std::size_t number, std::unique_ptr<Fan> fan) const;
    void put_to_rest() const;

    // To wake one, or to let it rest, is no change of it.
    mutable std::vector<std::unique_ptr<Fan>> all_;
    std::vector<Zones::Id> zones_;
    std::unique_ptr<Fan> nobody_ = std::make_unique<Fan>();
    Rest* rest_ = nullptr;
    std::size_t most_ = 0;
    mutable std::vector<std::uint32_t> here_; // numbers, where there is a bound
    mutable std::size_t hand_ = 0;            // of the clock
};

} // namespace segue
