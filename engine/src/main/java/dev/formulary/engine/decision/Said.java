package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Term;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// One thing that one rule said.
sealed interface Said {
    RuleInfo rule();

    String verb();

    /// What it is said of; empty where the verb says all.
    default String subject() {
        return "";
    }

    /// One that gives something a value, where only one value can hold.
    sealed interface Valued extends Said {
        double value();

        /// What the rule does, as a conflict tells it.
        String claim();
    }

    default Reason reason() {
        return new Reason(rule().id(), verb(), subject(), rule().reason(), rule().file(), rule().line());
    }

    record Forbid(RuleInfo rule, Candidate candidate) implements Said {
        @Override
        public String verb() {
            return "forbid";
        }

        @Override
        public String subject() {
            return candidate.id();
        }
    }

    /// @param test what a model must pass
    record Require(RuleInfo rule, String subject, Predicate<Candidate> test) implements Said {
        @Override
        public String verb() {
            return "require";
        }
    }

    record KeepFree(RuleInfo rule) implements Said {
        @Override
        public String verb() {
            return "keep-free";
        }
    }

    record LastResort(RuleInfo rule, String label) implements Said {
        @Override
        public String verb() {
            return "last-resort";
        }

        @Override
        public String subject() {
            return label;
        }
    }

    record Spare(RuleInfo rule, Candidate candidate) implements Said {
        @Override
        public String verb() {
            return "spare";
        }

        @Override
        public String subject() {
            return candidate.id();
        }
    }

    /// @param points below zero for `avoid`
    record Points(RuleInfo rule, Candidate candidate, double points) implements Said {
        @Override
        public String verb() {
            return points < 0 ? "avoid" : "prefer";
        }

        @Override
        public String subject() {
            return candidate.id();
        }
    }

    record Weigh(RuleInfo rule, Term term, double factor) implements Said {
        @Override
        public String verb() {
            return "weigh";
        }

        @Override
        public String subject() {
            return term.name() + " x" + factor;
        }
    }

    record Preset(RuleInfo rule, Parameter parameter, double value) implements Valued {
        @Override
        public String verb() {
            return "set";
        }

        @Override
        public String subject() {
            return parameter.name() + "=" + value;
        }

        @Override
        public String claim() {
            return "sets " + subject();
        }
    }

    record Cap(RuleInfo rule, Parameter parameter, double value) implements Said {
        @Override
        public String verb() {
            return "cap";
        }

        @Override
        public String subject() {
            return parameter.name() + "=" + value;
        }
    }

    record Balance(RuleInfo rule, double value) implements Valued {
        @Override
        public String verb() {
            return "balance";
        }

        @Override
        public String subject() {
            return Double.toString(value);
        }

        @Override
        public String claim() {
            return "says balance " + value;
        }
    }

    /// The value is smaller the less urgent it is, since of equals the smaller holds.
    record Queue(RuleInfo rule, Priority priority) implements Valued {
        @Override
        public String verb() {
            return "queue";
        }

        @Override
        public String subject() {
            return priority.name();
        }

        @Override
        public double value() {
            return switch (priority) {
                case BATCH -> 0;
                case NORMAL -> 1;
                case INTERACTIVE -> 2;
                case URGENT -> 3;
            };
        }

        @Override
        public String claim() {
            return "says queue " + priority;
        }
    }

    record OnFailure(RuleInfo rule, FailureClass failure, Reaction reaction) implements Said {
        @Override
        public String verb() {
            return "on-failure";
        }

        @Override
        public String subject() {
            return failure.name() + "=" + reaction;
        }

        /// Why a rule can't say that, and what it could.
        static String refusal(FailureClass failure, Reaction reaction) {
            String may = Arrays.stream(Reaction.values()).filter(failure::may).map(each -> "Reaction." + each)
                    .collect(Collectors.joining(" or "));
            return "onFailure takes for FailureClass." + failure + " " + (may.isEmpty()
                    ? "nothing, it is always " + failure.usual()
                    : may + ", as the same model would say the same again") + "; not Reaction." + reaction;
        }
    }

    record KeepModel(RuleInfo rule) implements Said {
        @Override
        public String verb() {
            return "keep-model";
        }
    }

    record Pin(RuleInfo rule) implements Said {
        @Override
        public String verb() {
            return "pin";
        }
    }

    record Move(RuleInfo rule) implements Said {
        @Override
        public String verb() {
            return "move";
        }
    }

    record DenyCall(RuleInfo rule, String message) implements Said {
        @Override
        public String verb() {
            return "deny";
        }
    }

    /// @param resource what is concerned; empty in what is said of a call
    record Alert(RuleInfo rule, Severity severity, String code, String resource, String message) implements Said {
        @Override
        public String verb() {
            return "alert";
        }

        @Override
        public String subject() {
            return resource.isEmpty() ? code : code + " " + resource;
        }
    }

    record Hold(RuleInfo rule, String code, String resource) implements Said {
        @Override
        public String verb() {
            return "hold";
        }

        @Override
        public String subject() {
            return resource.isEmpty() ? code : code + " " + resource;
        }
    }

    /// What is wanted while the alert is open that is told beside it.
    record Wish(RuleInfo rule, Notice.Wanted wanted) implements Said {
        @Override
        public String verb() {
            return wanted.kind() == Measure.Kind.CLOSE ? "close" : "demote";
        }

        @Override
        public String subject() {
            return wanted.model();
        }
    }
}
