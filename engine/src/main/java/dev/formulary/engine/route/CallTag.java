package dev.formulary.engine.route;

import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.TagName;
import dev.formulary.engine.keys.KeyToken;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what a caller writes on a call, so that its cost is told apart.
final class CallTag {
    static final String HEADER = "x-formulary-tag";
    private static final String MEMBER = "formulary_tag";
    private static final int SHOWN = 40;

    private CallTag() {}

    /// The header wins over the metadata; an empty one, as of a client that fills in what it does not have, says nothing.
    ///
    /// @return empty when there is none
    static String of(@Nullable String header, Map<String, String> metadata) throws RefusedException {
        if (header != null && !header.isEmpty()) {
            return checked(header, "invalid_header", "the header X-Formulary-Tag", "X-Formulary-Tag");
        }
        String member = metadata.getOrDefault(MEMBER, "");
        return member.isEmpty()
                ? ""
                : checked(member, "invalid_tag", "metadata." + MEMBER, "metadata." + MEMBER);
    }

    /// Tags are kept and shown, and some callers put their key wherever a text is wanted.
    private static String checked(String tag, String code, String where, String parameter) throws RefusedException {
        String masked = KeyToken.masked(tag);
        if (masked.equals(tag) && TagName.isRight(tag)) {
            return tag;
        }
        String shown = masked.length() > SHOWN ? masked.substring(0, SHOWN) + "…" : masked;
        throw new RefusedException(Refusal.badRequest(code,
                where + " has the wrong value '" + shown + "'; it must be " + TagName.RIGHT, parameter));
    }
}
