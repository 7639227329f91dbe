// Segue for Monaco: a Monarch tokenizer and a language configuration.
// Made by `segue syntax --emit monarch` from grammar/keywords.def; do not change it by hand.

export const id = "segue";

export const conf = {
  "comments": {
    "lineComment": "#"
  },
  "brackets": [
    [
      "{",
      "}"
    ],
    [
      "[",
      "]"
    ],
    [
      "(",
      ")"
    ]
  ],
  "autoClosingPairs": [
    {
      "open": "{",
      "close": "}"
    },
    {
      "open": "[",
      "close": "]"
    },
    {
      "open": "(",
      "close": ")"
    },
    {
      "open": "\"",
      "close": "\"",
      "notIn": [
        "string",
        "comment"
      ]
    },
    {
      "open": "\"\"\"",
      "close": "\"\"\"",
      "notIn": [
        "comment"
      ]
    }
  ],
  "surroundingPairs": [
    [
      "{",
      "}"
    ],
    [
      "[",
      "]"
    ],
    [
      "(",
      ")"
    ],
    [
      "\"",
      "\""
    ]
  ]
};

export const language = {
  defaultToken: "invalid",
  tokenPostfix: ".segue",
  includeLF: true,
  tokenizer: {
    root: [
      { include: "@blanks" },
      { include: "@literals" },
      [/->/, { token: "operator", next: "@asked" }],
      [/(expect)(\s+)(suppressed)(\s+)(record)\b/, ["keyword", "", "keyword", "", "keyword"]],
      [/(expect)(\s+)(arm\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s+\d))/, ["keyword", "", "keyword"]],
      [/(needs)(\s+)(consent\b)/, ["keyword", "", "keyword"]],
      [/(release)(\s+)(day\b)/, ["keyword", "", "keyword"]],
      [/(at)(\s+)(most\b)/, ["keyword", "", "keyword"]],
      [/(expect)(\s+)(nothing\b)/, ["keyword", "", "keyword"]],
      [/(has)(\s+)(subject\b)/, ["keyword", "", "keyword"]],
      [/(expect)(\s+)(suppressed\b)/, ["keyword", "", "keyword"]],
      [/[a-z][a-z0-9_]*\b(?=\s*:\s*on\b)/, "identifier"],
      [/per\b/, { token: "keyword", next: "@field" }],
      [/((?:or|and|not|known|in|when|if|reply|expect))(\s+)((?:use|event|attribute|channel|stages|define|limit|promise|quiet|timezone|attribution|flow|include|test))\b(?=\()/, ["keyword", "", { token: "identifier", next: "@arguments" }]],
      [/((?:or|and|not|known|in|when|if|reply|expect))(\s+)((?:use|event|attribute|channel|stages|define|limit|promise|quiet|timezone|attribution|flow|include|test))\b/, ["keyword", "", "identifier"]],
      [/attribute\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b)/, { token: "keyword", next: "@attribute" }],
      [/(?:event|flow)\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b(?!\s*=>))/, { token: "keyword", next: "@withFields" }],
      [/fan\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s*(?:"|#|$))/, { token: "keyword", next: "@facts" }],
      [/release\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b\s*\{)/, { token: "keyword", next: "@facts" }],
      [/(?:event|attribute|channel|define|limit|promise|quiet|flow|include)\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b(?!\s*=>))/, { token: "keyword", next: "@declared" }],
      [/after\b(?=\s+\d)/, "keyword"],
      [/after\b(?=\s*(?:#|$))/, "keyword"],
      [/after\b(?=\s+release\b)/, "keyword"],
      [/after\b(?=\s*(?:#|$))/, "keyword"],
      [/as\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b)/, { token: "keyword", next: "@asked" }],
      [/as\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/at\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s+\d|\s+release\b)/, { token: "keyword", next: "@asked" }],
      [/at\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/because\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b)/, { token: "keyword", next: "@asked" }],
      [/because\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/before\b(?=\s+release\b)/, "keyword"],
      [/before\b(?=\s*(?:#|$))/, "keyword"],
      [/does\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b)/, { token: "keyword", next: "@asked" }],
      [/does\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/expect\b(?=\s+[a-z]|\s*\(|\s*\-|\s*\")/, "keyword"],
      [/expect\b(?=\s*(?:#|$))/, "keyword"],
      [/for\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s+\d)/, { token: "keyword", next: "@asked" }],
      [/for\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/from\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s+\d|\s*")/, { token: "keyword", next: "@asked" }],
      [/from\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/has\b(?=\s+subject\b)/, "keyword"],
      [/has\b(?=\s*(?:#|$))/, "keyword"],
      [/latest\b(?=\s+release\b)/, "keyword"],
      [/latest\b(?=\s*(?:#|$))/, "keyword"],
      [/needs\b(?=\s+consent\b)/, "keyword"],
      [/needs\b(?=\s*(?:#|$))/, "keyword"],
      [/next\b(?=\s+release\b)/, "keyword"],
      [/next\b(?=\s*(?:#|$))/, "keyword"],
      [/of\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s*"|\s+release\b|\s*\()/, { token: "keyword", next: "@asked" }],
      [/of\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/to\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s+\d|\s*"|\s*\-)/, { token: "keyword", next: "@asked" }],
      [/to\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/undoes\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b)/, { token: "keyword", next: "@asked" }],
      [/undoes\b(?=\s*(?:#|$))/, { token: "keyword", next: "@asked" }],
      [/up\b(?=\s+to\b)/, "keyword"],
      [/up\b(?=\s*(?:#|$))/, "keyword"],
      [/use\b(?=\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b|\s*"|\s*\.|\s*\/)/, "keyword"],
      [/^use\b(?=\s*(?:#|$))/, "keyword"],
      [/stages\b(?=\s*\{)/, "keyword"],
      [/^stages\b(?=\s*(?:#|$))/, "keyword"],
      [/attribution\b(?=\s+\d|\s+(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b)\b[a-z][a-z0-9_]*\b)/, "keyword"],
      [/^attribution\b(?=\s*(?:#|$))/, "keyword"],
      [/test\b(?=\s*")/, "keyword"],
      [/^test\b(?=\s*(?:#|$))/, "keyword"],
      [/timezone\b(?=\s*")/, "keyword"],
      [/^timezone\b(?=\s*(?:#|$))/, "keyword"],
      [/(?:on|enter|no|record|tag|untag|send|prompt|via|split|stage|until|within)\b/, { token: "keyword", next: "@asked" }],
      [/(?:true|false)\b/, "constant"],
      [/\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b/, "keyword"],
      { include: "@rest" },
    ],
    blanks: [
      [/\s+/, ""],
      [/##.*/, "comment.doc"],
      [/#.*/, "comment"],
    ],
    literals: [
      [/"""/, { token: "string", next: "@longText" }],
      [/"/, { token: "string", next: "@text" }],
      [/\d{4}-\d{2}-\d{2}\b/, "number.date"],
      [/\d{1,2}:\d{2}\b/, "number.clock"],
      [/\d+(?:\.\d+)?%/, "number.percent"],
      [/(\d+(?:\.\d+)?)(\s+)((?:second|seconds|minute|minutes|hour|hours|day|days|week|weeks)\b)/, ["number", "", "type"]],
      [/\d+(?:\.\d+)?\b/, "number"],
    ],
    rest: [
      [/[a-z][a-z0-9_]*\b(?=\()/, { token: "identifier", next: "@arguments" }],
      [/[a-z][a-z0-9_]*\b/, "identifier"],
      [/\./, { token: "delimiter", next: "@field" }],
      [/\(/, { token: "delimiter", next: "@group" }],
      [/=>|[=!<>]=|\?\?|[-<>+*\/=?]/, "operator"],
      [/[{}()\[\],:;]/, "delimiter"],
    ],
    text: [
      [/[^"\\{\n]+/, "string"],
      { include: "@inText" },
      [/"/, { token: "string", next: "@pop" }],
      [/\n/, { token: "", next: "@popall" }],
      [/\\/, "string"],
    ],
    longText: [
      [/[^"\\{]+/, "string"],
      { include: "@inText" },
      [/"""/, { token: "string", next: "@pop" }],
      [/["\\]/, "string"],
    ],
    inText: [
      [/\\(?:["\\nt{}]|u\{[0-9a-fA-F]{1,6}\})/, "string.escape"],
      [/\{/, { token: "delimiter.hole", next: "@hole" }],
    ],
    hole: [
      [/\}/, { token: "delimiter.hole", next: "@pop" }],
      { include: "@root" },
    ],
    asked: [
      { include: "@blanks" },
      [/(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b|has\s+subject\b|latest\s+release\b|needs\s+consent\b|next\s+release\b|up\s+to\b)[a-z][a-z0-9_]*\b(?=\()/, { token: "identifier", switchTo: "@arguments" }],
      [/(?!\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b|has\s+subject\b|latest\s+release\b|needs\s+consent\b|next\s+release\b|up\s+to\b)[a-z][a-z0-9_]*\b/, { token: "identifier", next: "@pop" }],
      [/(?=[^])/, { token: "", next: "@pop" }],
    ],
    declared: [
      { include: "@blanks" },
      [/[a-z][a-z0-9_]*\b(?=\()/, { token: "identifier.declared", switchTo: "@arguments" }],
      [/[a-z][a-z0-9_]*\b/, { token: "identifier.declared", next: "@pop" }],
    ],
    field: [
      { include: "@blanks" },
      [/[a-z][a-z0-9_]*\b/, { token: "identifier", next: "@pop" }],
      [/(?=[^])/, { token: "", next: "@pop" }],
    ],
    attribute: [
      { include: "@blanks" },
      [/[a-z][a-z0-9_]*\b/, { token: "identifier.declared", switchTo: "@typed" }],
    ],
    typed: [
      { include: "@blanks" },
      [/:/, { token: "delimiter", switchTo: "@field" }],
      [/(?=[^])/, { token: "", next: "@pop" }],
    ],
    withFields: [
      { include: "@blanks" },
      [/[a-z][a-z0-9_]*\b/, { token: "identifier.declared", switchTo: "@beforeFields" }],
    ],
    beforeFields: [
      { include: "@blanks" },
      [/\(/, { token: "delimiter", switchTo: "@fields" }],
      [/(?=[^])/, { token: "", next: "@pop" }],
    ],
    fields: [
      [/\)/, { token: "delimiter", next: "@pop" }],
      [/[a-z][a-z0-9_]*\b(?=\s*:)/, { token: "identifier", next: "@typed" }],
      { include: "@root" },
    ],
    facts: [
      { include: "@blanks" },
      [/[a-z][a-z0-9_]*\b/, { token: "identifier.declared", switchTo: "@beforeFacts" }],
      [/"[^"\n]*"/, { token: "string", switchTo: "@beforeFacts" }],
      [/(?=[^])/, { token: "", next: "@pop" }],
    ],
    beforeFacts: [
      { include: "@blanks" },
      [/\{/, { token: "delimiter", switchTo: "@inFacts" }],
      [/(?=[^])/, { token: "", next: "@pop" }],
    ],
    inFacts: [
      [/\}/, { token: "delimiter", next: "@pop" }],
      { include: "@blanks" },
      { include: "@literals" },
      [/(?:true|false)\b/, "constant"],
      [/\b(?:on|no|enter|when|once|every|per|within|until|via|or|and|not|in|if|else|then|wait|send|prompt|reply|record|tag|untag|split|stop|release|stage|now|known|true|false)\b/, "keyword"],
      { include: "@rest" },
    ],
    arguments: [
      [/\(/, { token: "delimiter", switchTo: "@firstArgument" }],
    ],
    firstArgument: [
      { include: "@blanks" },
      [/[a-z][a-z0-9_]*\b(?=\s*(?::|[=!<>]=|[<>]))/, { token: "identifier", switchTo: "@moreArguments" }],
      [/(?=[^])/, { token: "", switchTo: "@moreArguments" }],
    ],
    moreArguments: [
      [/\)/, { token: "delimiter", next: "@pop" }],
      [/,/, { token: "delimiter", next: "@argument" }],
      { include: "@root" },
    ],
    argument: [
      { include: "@blanks" },
      [/[a-z][a-z0-9_]*\b(?=\s*(?::|[=!<>]=|[<>]))/, { token: "identifier", next: "@pop" }],
      [/(?=[^])/, { token: "", next: "@pop" }],
    ],
    group: [
      [/\)/, { token: "delimiter", next: "@pop" }],
      { include: "@root" },
    ],
  },
};

// Tells an editor of the language: register(monaco).
export function register(monaco) {
  monaco.languages.register({ id, extensions: [".flow"], aliases: ["Segue"] });
  monaco.languages.setLanguageConfiguration(id, conf);
  monaco.languages.setMonarchTokensProvider(id, language);
}
