// What an event concerns: those that need one value of a field are found by it, so that they cost nothing for the events with another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "check/value.hpp"

namespace segue {

template <class T> struct ByValue {
    struct Of {
        std::uint32_t field;
        std::unordered_map<Value, std::vector<T>, ValueHash> items;
    };
    std::vector<T> always; // the rest
    std::vector<Of> by_field;

    std::vector<T>& of(std::uint32_t field, const Value& value) {
        auto by = std::find_if(by_field.begin(), by_field.end(), [&](const Of& b) { return b.field == field; });
        if (by == by_field.end()) by = by_field.insert(by, {field, {}});
        return by->items[value];
    }
    template <class Each> void each_found(std::span<const Value> fields, const Each& each) const { // of an event with these fields; not those of `always`
        for (const auto& by : by_field)
            if (const auto found = by.items.find(fields[by.field]); found != by.items.end())
                for (const auto& item : found->second) each(item);
    }
};

} // namespace segue
