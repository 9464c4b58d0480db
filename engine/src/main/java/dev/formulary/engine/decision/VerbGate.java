package dev.formulary.engine.decision;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import dev.formulary.engine.facts.DecisionDraft;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Looks whether a rule says what its kind may say: a rule that watches tells of alerts, and of what is done while they are
/// open; a rule that is heard with calls speaks of the call.
final class VerbGate {
    private static final String ALERT = "alert";
    private static final String HOLD = "hold";
    private static final Set<String> MEASURES = Set.of("close", "demote");
    private static final int WITH_RESOURCE = 4;
    private static final ParserConfiguration JAVA = new ParserConfiguration()
            .setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21);

    private final String rule;
    private final int line;
    private final Complaints complaints;
    private final List<MethodCallExpr> said;

    private VerbGate(String rule, int line, Complaints complaints, List<MethodCallExpr> said) {
        this.rule = rule;
        this.line = line;
        this.complaints = complaints;
        this.said = said;
    }

    /// @param line on which the code behind `then` begins
    static void look(String rule, boolean watches, int line, String code, Complaints complaints) {
        BlockStmt block = new JavaParser(JAVA).parseBlock("{" + code + "\n}").getResult().orElse(null);
        if (block == null) {
            return;
        }
        List<MethodCallExpr> said = block.findAll(MethodCallExpr.class).stream()
                .filter(call -> call.getScope().map(Expression::toString).orElse("").equals(ExpressionWords.DRAFT))
                .toList();
        var gate = new VerbGate(rule, line, complaints, said);
        said.forEach(watches ? gate::watching : gate::ofCall);
    }

    private void ofCall(MethodCallExpr call) {
        String verb = call.getNameAsString();
        if (verb.equals(HOLD) || MEASURES.contains(verb)) {
            complain(call, "'" + verb + "' is said only by " + Watching.WHO);
        } else if (verb.equals(ALERT) && call.getArguments().size() == WITH_RESOURCE) {
            complain(call, "an alert of a resource is told only by " + Watching.WHO
                    + "; here write alert(severity, code, message)");
        }
    }

    private void watching(MethodCallExpr call) {
        String verb = call.getNameAsString();
        switch (verb) {
            case ALERT -> {
                // that is what it is there for
            }
            case HOLD -> held(call);
            case "close", "demote" -> measure(call);
            default -> {
                if (!FactWords.methods(DecisionDraft.class, verb).isEmpty()) {
                    complain(call,
                            "a rule that watches can't say '" + verb + "', for it is heard on a tick and not with a "
                                    + "call; " + instead(verb));
                }
            }
        }
    }

    private static String instead(String verb) {
        return switch (verb) {
            case "forbid" -> "write decision.close($candidate, \"30m\") beside an alert";
            case "avoid", "spare" -> "write decision.demote($candidate, 20, \"30m\") beside an alert";
            default -> "to speak of calls, ask for Call() in its conditions";
        };
    }

    private void held(MethodCallExpr call) {
        List<String> told = said.stream().filter(one -> one.getNameAsString().equals(ALERT))
                .map(one -> one.getArguments().size() > 1 ? literal(one.getArgument(1)) : "").toList();
        String code = call.getArguments().isEmpty() ? "" : literal(call.getArgument(0));
        if (told.isEmpty()) {
            complain(call,
                    "'hold' keeps an alert of its own rule open, and this rule tells none; say decision.alert(...) "
                            + "above the upper threshold and decision.hold(...) between the two");
        } else if (!code.isEmpty() && told.stream().allMatch(one -> !one.isEmpty() && !one.equals(code))) {
            complain(call, "'hold' keeps an alert of its own rule open, and this rule tells '" + told.getFirst()
                    + "', not '" + code + "'");
        }
    }

    private void measure(MethodCallExpr call) {
        String verb = call.getNameAsString();
        if (said.stream().noneMatch(one -> one.getNameAsString().equals(ALERT))) {
            complain(call,
                    "'" + verb + "' lasts while an alert is open, and this rule tells none; say decision.alert(...) "
                            + "beside it");
        }
        String most = call.getArguments().isEmpty()
                ? ""
                : literal(call.getArgument(call.getArguments().size() - 1));
        Duration time = Spans.read(most);
        if (!most.isEmpty() && (time == null || time.isZero())) {
            complain(call, "'" + verb + "' takes at its end " + Spans.RIGHT + ", not \"" + most + "\"");
        }
    }

    /// Empty for one that is computed.
    private static String literal(Expression expression) {
        return expression instanceof StringLiteralExpr text ? text.getValue() : "";
    }

    private void complain(MethodCallExpr call, String message) {
        complaints.add(line + call.getName().getBegin().map(begin -> begin.line - 1).orElse(0),
                call.getNameAsString(), rule, message);
    }
}
