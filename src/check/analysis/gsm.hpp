// How many segments a text message takes: GSM 03.38 with its extension table, else UCS-2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace segue::analysis {

// Septets of a character in the GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1): 1, 2 in its extension table, 0: not in it.
int gsm_septets(std::uint32_t code_point);

struct SmsLength {
    std::size_t septets = 0;      // as GSM-7
    std::size_t units = 0;        // as UCS-2: code units of 16 bits
    std::uint32_t outside = 0;    // the first character that is not in the GSM alphabet; 0: none

    void add(std::string_view text);
    void add_unknown(std::size_t characters); // of the GSM alphabet
    bool gsm() const { return outside == 0; }
    std::size_t length() const { return gsm() ? septets : units; }
    // One segment holds 160 septets or 70 units; of several each loses some to the header that joins them: 153 and 67.
    std::size_t segments() const;
};

} // namespace segue::analysis
