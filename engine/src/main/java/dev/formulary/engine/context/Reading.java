package dev.formulary.engine.context;

import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How the signs in one utterance are meant. Each sign gets one frame, the first that fits; `lexicon/README.md` says how
/// far a frame reaches and what it makes of a level.
final class Reading {
    /// How many words may stand between a negation and what it denies.
    private static final int NEGATION_REACH = 4;
    private static final int SUBJECT_REACH = 2;
    private static final int ASIDE = 2;

    private final Utterance said;
    private final Map<Frame, List<Phrase.Hit>> cues = new EnumMap<>(Frame.class);
    private final Lexicon.Grammar grammar;

    /// A sign as it is meant.
    ///
    /// @param sign id and frame
    record Meaning(String sign, CrisisLevel level, CrisisType type) {}

    Reading(Utterance said, List<Phrase.Hit> cues, Lexicon.Grammar grammar) {
        this.said = said;
        this.grammar = grammar;
        for (Phrase.Hit cue : cues) {
            this.cues.computeIfAbsent(cue.phrase().frame(), _ -> new ArrayList<>()).add(cue);
        }
        this.cues.computeIfPresent(Frame.NEGATED, (_, negations) -> negations.stream()
                .filter(negation -> !deniesNothing(negation)).toList());
    }

    /// "Not only do I want to" is no negation.
    private boolean deniesNothing(Phrase.Hit negation) {
        for (Phrase.Hit cue : cues(Frame.AFFIRMED)) {
            if (cue.touches(negation) && cue.phrase().language().equals(negation.phrase().language())) {
                return true;
            }
        }
        return false;
    }

    private List<Phrase.Hit> cues(Frame frame) {
        return cues.getOrDefault(frame, List.of());
    }

    List<Meaning> meanings(List<Phrase.Hit> signs) {
        var meanings = new ArrayList<Meaning>();
        for (Phrase.Hit sign : signs) {
            Frame frame = frame(sign);
            CrisisLevel level = level(frame, sign.phrase().level());
            if (level != CrisisLevel.NONE) {
                String id = sign.phrase().id();
                meanings.add(new Meaning(frame == Frame.SIGN ? id : id + ':' + frame.label(), level,
                        Objects.requireNonNull(sign.phrase().type())));
            }
        }
        return meanings;
    }

    private Frame frame(Phrase.Hit sign) {
        for (Frame frame : Frame.values()) {
            if (frame.says() && fits(frame, sign)) {
                return frame;
            }
        }
        return fits(Frame.IMMINENT, sign) ? Frame.IMMINENT : Frame.SIGN;
    }

    private boolean fits(Frame frame, Phrase.Hit sign) {
        if (frame == Frame.QUOTED) {
            return said.quoted(sign.start());
        }
        for (Phrase.Hit cue : cues(frame)) {
            if (cue.phrase().language().equals(sign.phrase().language()) && fits(frame, cue, sign)) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(Frame frame, Phrase.Hit cue, Phrase.Hit sign) {
        if (frame == Frame.IDIOM) {
            return cue.touches(sign) && !goesOn(sign, cue);
        }
        if (frame == Frame.QUOTATION) {
            // a full stop may stand between the words and who said them
            return said.quoted(sign.start()) && Math.abs(said.sentence(cue.start()) - said.sentence(sign.start())) <= 1;
        }
        if (said.sentence(cue.start()) != said.sentence(sign.start())) {
            return frame == Frame.JOKING && follows(cue, sign);
        }
        return switch (frame) {
            case IMMINENT -> sign.phrase().level() == CrisisLevel.HIGH && !sign.covers(cue);
            case FICTION -> story(cue, sign);
            case OTHER -> before(cue, sign) && !clauseBetween(cue, sign)
                    && !contains(grammar.first(), cue, cue.end(), sign.end());
            case NEGATED -> before(cue, sign) && sign.start() - cue.end() <= NEGATION_REACH
                    && !commaBetween(cue, sign) && !clauseBetween(cue, sign);
            case PAST -> past(cue, sign);
            case JOKING -> true;
            default -> false;
        };
    }

    /// "I don't want to live in this world" is not what "I don't want to live in" Rome is.
    private static boolean goesOn(Phrase.Hit sign, Phrase.Hit idiom) {
        return sign.start() == idiom.start() && sign.end() > idiom.end() && sign.end() - idiom.end() <= ASIDE;
    }

    private static boolean before(Phrase.Hit cue, Phrase.Hit sign) {
        return cue.end() <= sign.start();
    }

    /// Laughter often stands behind the full stop.
    private boolean follows(Phrase.Hit cue, Phrase.Hit sign) {
        return cue.start() >= sign.end() && cue.start() - sign.end() <= ASIDE;
    }

    /// In a story somebody else speaks; who speaks of themselves in another clause is not in it.
    private boolean story(Phrase.Hit cue, Phrase.Hit sign) {
        return said.quoted(sign.start()) || (before(cue, sign) && (!clauseBetween(cue, sign) || !ownWords(sign)));
    }

    private boolean ownWords(Phrase.Hit sign) {
        return contains(grammar.first(), sign, Math.max(0, sign.start() - SUBJECT_REACH), sign.end());
    }

    /// What is said of now is not past, unless the words for the past stand right before it ("used to want to").
    private boolean past(Phrase.Hit cue, Phrase.Hit sign) {
        if (before(cue, sign) && sign.start() - cue.end() <= 1) {
            return true;
        }
        boolean reaches = before(cue, sign) ? !clauseBetween(cue, sign) : !clauseBetween(sign, cue);
        return reaches && !contains(grammar.present(), sign, Math.max(0, sign.start() - 1), sign.end());
    }

    private boolean commaBetween(Phrase.Hit earlier, Phrase.Hit later) {
        for (int at = earlier.end(); at <= later.start(); at++) {
            if (said.commaBefore(at)) {
                return true;
            }
        }
        return false;
    }

    private boolean clauseBetween(Phrase.Hit earlier, Phrase.Hit later) {
        for (int at = earlier.end(); at <= later.start(); at++) {
            if (said.clauseBefore(at)) {
                return true;
            }
        }
        return contains(grammar.boundary(), later, earlier.end(), later.start());
    }

    private boolean contains(Map<String, BitSet> words, Phrase.Hit of, int from, int to) {
        BitSet wanted = words.get(of.phrase().language());
        for (int at = from; wanted != null && at < to; at++) {
            if (wanted.get(said.word(at))) {
                return true;
            }
        }
        return false;
    }

    /// What remains of a level in a frame.
    static CrisisLevel level(Frame frame, CrisisLevel own) {
        return switch (frame) {
            case SIGN, AFFIRMED -> own;
            case IMMINENT -> CrisisLevel.CRITICAL;
            case IDIOM -> CrisisLevel.NONE;
            case FICTION, QUOTATION -> CrisisLevel.LOW;
            case OTHER -> own == CrisisLevel.CRITICAL ? CrisisLevel.MODERATE : CrisisLevel.LOW;
            case QUOTED, JOKING -> most(own, CrisisLevel.MODERATE);
            case NEGATED -> own.atLeast(CrisisLevel.HIGH) ? CrisisLevel.MODERATE : CrisisLevel.NONE;
            case PAST -> own.atLeast(CrisisLevel.HIGH) ? CrisisLevel.MODERATE : CrisisLevel.LOW;
        };
    }

    private static CrisisLevel most(CrisisLevel own, CrisisLevel most) {
        return own.atLeast(most) ? most : own;
    }
}
