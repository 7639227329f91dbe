// What completion can offer: every kind of thing that a script has or can begin with.
#pragma once

#include <set>

#include "lsp/cursor.hpp"
#include "lsp/features.hpp"
#include "syntax/editors/snippets.hpp"

namespace segue::lsp {

// CompletionItemKind of the protocol.
enum ItemKind : int { Function = 3, Field = 5, Variable = 6, Module = 9, Property = 10, Unit = 11, Enum = 13, Keyword = 14, Snippet = 15, File = 17, EnumMember = 20, Constant = 21, Struct = 22, Event = 23, TypeParameter = 25 };

class Offers {
protected:
    explicit Offers(const Asked& in) : in_(in), program_(*in.program.program), cursor_(cursor_at(in.text().text(), in.offset)), documented_(documented(in.program.loaded, in.program.sources)) {}

    void templates_of(SnippetPlace place);
    bool begun_by(bool (*is)(const EventType& event)) const;
    void items();
    void steps();
    void triggers();
    void operators();
    void behind_until();
    void expression();
    void functions(bool all);
    void events();
    void channels();
    void stages();
    void goals();
    void releases(bool relative);
    void each_named(Named kind, int of_kind);
    void tags();
    void splits();
    void fans();
    void reasons();
    void facts();
    void properties(bool live);
    void types();
    void templates();
    void modules();
    void own_fields();
    bool given(const OpenCall& call, const std::string& name) const;
    void with_colon(Json& made, const std::string& name);
    void units();
    void trigger_fields(std::optional<Type> type = {}); // of that type; none: all
    void parameters(std::string_view type = {}); // of that type; none: all
    void in_limit(std::string_view first, std::string_view last);
    void in_event(std::string_view last);
    void in_channel(std::string_view last);
    void whole_text();
    void scripts_beside();
    void zones();
    Json& item(const std::string& label, int kind, const std::string& detail, const std::string& doc);
    Json& declared(Named kind, const std::string& name, int of_kind, const std::string& owner = "");
    void snippet(const std::string& label, const std::string& body, const std::string& what);
    void word(const std::string& text, const std::string& what);
    Json& filled(const std::string& label, const std::string& body, const std::string& what);

    const Asked& in_;
    const Program& program_;
    Cursor cursor_;
    std::vector<Documented> documented_;
    std::uint32_t begin_ = none, end_ = 0;
    std::set<std::string> seen_;
    Json items_ = Json::array();
    Json nobody_;
};

} // namespace segue::lsp
