package dev.formulary.local.child;

/// The JSON objects of RFC 8259, in the library's notation for grammars. The space between things is kept short, so that a
/// model that writes nothing but space comes to an end.
final class JsonGrammar {
    static final String TEXT = """
        root ::= object
        object ::= "{" space ( member ( "," space member )* )? "}"
        member ::= string space ":" space value space
        array ::= "[" space ( value space ( "," space value space )* )? "]"
        value ::= object | array | string | number | "true" | "false" | "null"
        string ::= "\\"" ( [^"\\\\\\x7F\\x00-\\x1F] | "\\\\" escape )* "\\""
        escape ::= ["\\\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F]
        number ::= "-"? ( "0" | [1-9] [0-9]* ) ( "." [0-9]+ )? ( [eE] [-+]? [0-9]+ )?
        space ::= " "? | "\\n" [ \\t]?
        """;

    private JsonGrammar() {}
}
