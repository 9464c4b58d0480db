package dev.formulary.engine.session;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Gravity;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What a model is told that takes over a session: what the caller declared and what was seen in the session, in words of the
/// gateway. Nothing is made up, and nothing that anybody said is in it; the turns themselves are in the caller's request.
public final class HandOver {
    private static final String BEGIN = "You take over this conversation from another assistant. Go on in its manner; do not"
            + " greet the person anew, and do not mention the change. What is known:";
    private static final int MINUTE = 60;

    /// The most important first.
    private final List<String> known = new ArrayList<>();

    private HandOver() {}

    /// The text, with as much of what is known as fits, the most important first.
    ///
    /// @param mostTokens of the whole text; nothing is said where not even one thing fits
    /// @param tokens an estimate of a text's tokens
    /// @return empty when nothing is known
    public static String text(Context context, Continuity before, int mostTokens, ToLongFunction<String> tokens) {
        var packet = new HandOver();
        packet.danger(context, before);
        packet.ownWords(context);
        packet.feelings(context, before);
        packet.help(context);
        packet.person(context);
        String text = BEGIN;
        for (String line : packet.known) {
            String longer = text + "\n- " + line;
            text = tokens.applyAsLong(longer) <= mostTokens ? longer : text;
        }
        return text.equals(BEGIN) ? "" : text;
    }

    private void danger(Context context, Continuity before) {
        CrisisLevel now = Gravity.of(context);
        CrisisLevel past = before.crisisWithin(Integer.MAX_VALUE);
        if (now.atLeast(CrisisLevel.MODERATE)) {
            known.add("A sign of a crisis (" + word(now) + ") is in this call. Attend to the person's safety.");
        } else if (past.atLeast(CrisisLevel.MODERATE)) {
            known.add("A sign of a crisis (" + word(past) + ") was seen " + minutes(ago(past, before))
                    + ". Attend to the person's safety.");
        }
        if (context.therapy().crisis() != null) {
            known.add("What the crisis is about: " + word(context.therapy().crisis()) + ".");
        }
        if (context.risk() != Risk.UNSPECIFIED) {
            known.add("Risk: " + word(context.risk()) + ".");
        }
        if (context.therapy().intervention() != Intervention.UNSPECIFIED) {
            // a model must not take it for done and tell the person so
            known.add("Who is to step in, as the caller says: " + word(context.therapy().intervention())
                    + ". Nobody has been contacted by this gateway.");
        }
    }

    private static int ago(CrisisLevel level, Continuity before) {
        return switch (level) {
            case CRITICAL -> before.criticalSeconds();
            case HIGH -> before.highSeconds();
            default -> before.moderateSeconds();
        };
    }

    private static String minutes(int seconds) {
        int minutes = seconds / MINUTE;
        return minutes == 0 ? "within the last minute" : minutes == 1 ? "a minute ago" : minutes + " minutes ago";
    }

    /// A persona, a tone, goals, things not to say: whatever the authors of the rules have words for.
    private void ownWords(Context context) {
        new TreeMap<>(context.words()).forEach((fact, word) -> known.add(plain(fact) + ": " + plain(word) + "."));
    }

    private void feelings(Context context, Continuity before) {
        var feelings = new ArrayList<>(before.emotions());
        if (context.emotion() != EmotionalState.UNSPECIFIED) {
            feelings.add(context.emotion());
        }
        if (!feelings.isEmpty()) {
            known.add("How the person felt, call by call, now last: "
                    + feelings.stream().map(HandOver::word).collect(Collectors.joining(", ")) + ".");
        }
    }

    private void help(Context context) {
        if (context.need() != Need.UNSPECIFIED) {
            known.add("Help needed: " + word(context.need()) + ".");
        }
        if (context.therapy().approach() != Approach.UNSPECIFIED) {
            known.add("Approach of the therapy: " + word(context.therapy().approach()) + ".");
        }
        if (context.therapy().difficulty() != Difficulty.UNSPECIFIED) {
            known.add("How demanding it may be: " + word(context.therapy().difficulty()) + ".");
        }
        if (context.task() != Task.UNSPECIFIED) {
            known.add("Task: " + word(context.task()) + ".");
        }
    }

    private void person(Context context) {
        if (context.ageBand() != AgeBand.UNSPECIFIED) {
            known.add("Age of the person: " + word(context.ageBand()) + ".");
        }
        if (!context.language().isEmpty()) {
            known.add("Language: " + context.language() + ".");
        }
        if (context.clinician()) {
            known.add("A clinician is present.");
        }
    }

    private static String word(Enum<?> word) {
        return plain(word.name().toLowerCase(Locale.ROOT));
    }

    private static String plain(String word) {
        return word.replace('_', ' ');
    }
}
