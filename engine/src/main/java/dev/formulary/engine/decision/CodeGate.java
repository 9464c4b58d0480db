package dev.formulary.engine.decision;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ast.Modifier;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.comments.Comment;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.CastExpr;
import com.github.javaparser.ast.expr.ClassExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.LiteralExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.Name;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.SimpleName;
import com.github.javaparser.ast.expr.SwitchExpr;
import com.github.javaparser.ast.expr.TextBlockLiteralExpr;
import com.github.javaparser.ast.expr.ThisExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.expr.VariableDeclarationExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.BreakStmt;
import com.github.javaparser.ast.stmt.EmptyStmt;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.Statement;
import com.github.javaparser.ast.stmt.SwitchEntry;
import com.github.javaparser.ast.stmt.SwitchStmt;
import com.github.javaparser.ast.stmt.YieldStmt;
import com.github.javaparser.ast.type.ClassOrInterfaceType;
import com.github.javaparser.ast.type.PrimitiveType;
import com.github.javaparser.ast.type.VarType;
import dev.formulary.engine.config.Nearest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.drools.mvel.parser.ast.expr.DrlxExpression;
import org.drools.mvel.parser.ast.expr.HalfBinaryExpr;
import org.drools.mvel.parser.ast.expr.HalfPointFreeExpr;
import org.drools.mvel.parser.ast.expr.NullSafeFieldAccessExpr;
import org.drools.mvel.parser.ast.expr.NullSafeMethodCallExpr;
import org.drools.mvel.parser.ast.expr.PointFreeExpr;
import org.drools.mvel.parser.printer.PrintUtil;
import org.jspecify.annotations.Nullable;

/// Looks at expressions and statements inside a rule. What is not on the list is refused: loops, lambdas, `new`, arrays,
/// types and static calls from outside the vocabulary.
final class CodeGate {
    /// Statements of one rule: enough for every honest one, too few to double a text into gigabytes.
    private static final int STATEMENT_LIMIT = 20;
    private static final Set<String> REFUSED_CALLS = Set.of("getClass", "forName", "wait", "notify", "notifyAll",
            "repeat", "invoke", "newInstance", "getClassLoader", "getDeclaringClass", "exec", "exit", "load",
            "loadLibrary", "start", "clone", "finalize", "format", "formatted", "matches", "replaceAll", "replaceFirst",
            "replace", "split", "concat", "join", "lines", "chars", "codePoints", "intern", "transform", "indent",
            "describeConstable", "resolveConstantDesc", "random", "getBoolean", "getInteger", "getLong", "getProperty",
            "getenv", "nanoTime", "currentTimeMillis", "identityHashCode", "randomUUID");
    private static final Set<String> NAMES = Stream.concat(Vocabulary.TYPE_NAMES.stream(), Stream.of("decision"))
            .collect(Collectors.toUnmodifiableSet());
    private static final String CLASS = "'.class' is not allowed, rules see values and not their types";
    static final String EVAL = "'eval' is not allowed, it runs code; conditions are patterns on facts, such as "
            + "Call( tenant == \"alice\" ), and what stands in the brackets of eval may stand in those of a pattern";
    private static final Set<String> OPERATORS = Set.of("contains", "memberOf", "in", "excludes");
    private static final Set<String> REFUSED_NAMES = Set.of("drools", "kcontext", "java", "javax", "org", "com", "sun",
            "jdk", "dev", "formulary");
    /// Characters behind `then`, and of one condition.
    static final int CODE_LIMIT = 4_000;
    /// Operators and brackets in each other. A sum of that many terms is that deep.
    private static final int DEPTH_LIMIT = 200;
    private static final String NESTED = "this is nested too deeply to be read, write several rules";

    private final Complaints complaints;
    private final String rule;
    private final Joined joined = new Joined(CodeGate::all);
    private int statements;
    private boolean consequence;

    /// @param rule the name of the rule that all is part of
    CodeGate(Complaints complaints, String rule) {
        this.complaints = complaints;
        this.rule = rule;
    }

    /// @param binding the name under which the value is kept, or null
    void condition(int line, @Nullable String binding, Supplier<Expression> parsed) {
        try {
            Expression expression = parsed.get();
            walk(expression, node -> line, 0);
            if (binding != null) {
                joined.bind(binding, expression);
            }
        } catch (StackOverflowError e) {
            complaints.add(line, "", rule, NESTED);
        }
    }

    /// @param line on which the code begins
    void consequence(int line, String code) {
        if (code.length() > CODE_LIMIT) {
            complaints.add(line, "", rule, "what follows 'then' may have " + CODE_LIMIT + " characters, this has "
                    + code.length() + "; write several rules");
            return;
        }
        try {
            block(line, code);
        } catch (StackOverflowError e) {
            complaints.add(line, "", rule, NESTED);
        }
    }

    private void block(int line, String code) {
        // a parser of its own, for it is not thread-safe
        ParseResult<BlockStmt> parsed = new JavaParser(new ParserConfiguration()
                .setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21)).parseBlock("{" + code + "\n}");
        Optional<BlockStmt> block = parsed.getResult();
        if (!parsed.isSuccessful() || block.isEmpty()) {
            CodeSlips.explain(complaints, rule, line, code, parsed.getProblems());
            return;
        }
        consequence = true;
        walk(block.get(), node -> line + node.getRange().map(range -> range.begin.line - 1).orElse(0), 0);
        if (statements > STATEMENT_LIMIT) {
            complaints.add(line, "then", rule, "a rule may have " + STATEMENT_LIMIT + " statements, this has "
                    + statements);
        }
    }

    /// Where a node stands in the author's file.
    private interface Lines {
        int of(Node node);
    }

    private void walk(Node node, Lines lines, int depth) {
        if (depth > DEPTH_LIMIT) {
            complaints.add(lines.of(node), "", rule, NESTED);
            return;
        }
        if (node instanceof Statement) {
            statements++;
        }
        Optional<String> refusal = refusal(node).or(() -> joined.look(node));
        if (refusal.isPresent()) {
            complaints.add(lines.of(node), needle(node), rule, refusal.get());
            return;
        }
        children(node).forEach(child -> walk(child, lines, depth + 1));
    }

    /// The rule language's own expressions do not list their parts as children.
    private static List<? extends Node> children(Node node) {
        return switch (node) {
            case DrlxExpression condition -> List.of(condition.getExpr());
            case PointFreeExpr operation -> Stream.concat(Stream.of(operation.getLeft()),
                    operation.getRight().stream()).toList();
            case HalfPointFreeExpr operation -> operation.getRight();
            case HalfBinaryExpr half -> List.of(half.getRight());
            case NullSafeFieldAccessExpr access -> List.of(access.getScope());
            case NullSafeMethodCallExpr call -> Stream.concat(call.getScope().stream(), call.getArguments().stream())
                    .toList();
            default -> node.getChildNodes();
        };
    }

    private static Stream<Node> all(Node node) {
        return Stream.concat(Stream.of(node), children(node).stream().flatMap(CodeGate::all));
    }

    private static String needle(Node node) {
        return switch (node) {
            case MethodCallExpr call -> call.getNameAsString();
            case NameExpr name -> name.getNameAsString();
            case ClassOrInterfaceType type -> type.getNameAsString();
            default -> firstLine(node).split("[ (]", 2)[0];
        };
    }

    private Optional<String> refusal(Node node) {
        return switch (node) {
            case MethodCallExpr call -> call(call);
            case NullSafeMethodCallExpr call -> called(call.getNameAsString());
            case NullSafeFieldAccessExpr field -> refuseIf(field.getNameAsString().equals("class"), CLASS);
            case NameExpr name -> name(name.getNameAsString());
            case FieldAccessExpr field -> refuseIf(field.getNameAsString().equals("class"), CLASS);
            case ClassExpr _ -> Optional.of(CLASS);
            case BreakStmt leave -> refuseIf(leave.getLabel().isPresent(), "labels are not allowed");
            case ClassOrInterfaceType type -> refuseIf(!Vocabulary.TYPE_NAMES.contains(type.getNameAsString())
                    || type.getScope().isPresent() || type.getTypeArguments().isPresent(),
                    "the type '" + type.getNameWithScope()
                            + "' is not known to rules; they use facts, their words, texts "
                            + "and numbers");
            case TextBlockLiteralExpr _ -> Optional.of("a text stands on one line, between two quotation marks");
            case UnaryExpr unary when !consequence && changes(unary) -> Optional.of("'"
                    + unary.getOperator().asString() + "' is not allowed in a condition, facts never change");
            case ThisExpr _ -> refuseIf(consequence, "'this' is not allowed behind 'then'");
            case PointFreeExpr operation -> operator(operation.getOperator().asString());
            case HalfPointFreeExpr operation -> operator(operation.getOperator().asString());
            case BlockStmt _,ExpressionStmt _,IfStmt _,EmptyStmt _,SwitchEntry _ -> Optional.empty();
            case LiteralExpr _,BinaryExpr _,UnaryExpr _,EnclosedExpr _,ConditionalExpr _ -> Optional.empty();
            case VariableDeclarationExpr _,VariableDeclarator _,AssignExpr _,CastExpr _ -> Optional.empty();
            case PrimitiveType _,VarType _,SimpleName _,Name _,Modifier _,SwitchExpr _ -> Optional.empty();
            case SwitchStmt _,YieldStmt _,Comment _,DrlxExpression _,HalfBinaryExpr _ -> Optional.empty();
            default -> Optional.of("'" + firstLine(node)
                    + "' is not allowed in a rule: no loops, lambdas, 'new', arrays, try, throw or return");
        };
    }

    private static boolean changes(UnaryExpr unary) {
        return unary.getOperator().asString().length() == 2;
    }

    private static String firstLine(Node node) {
        return PrintUtil.printNode(node).lines().findFirst().orElse("");
    }

    private static Optional<String> refuseIf(boolean bad, String message) {
        return bad ? Optional.of(message) : Optional.empty();
    }

    private Optional<String> call(MethodCallExpr call) {
        String name = call.getNameAsString();
        if (!consequence && name.equals("eval") && call.getScope().isEmpty()) {
            return Optional.of(EVAL);
        }
        return called(name).or(() -> refuseIf(consequence && call.getScope().isEmpty(), "'" + name
                + "(...)' is not allowed by itself: what a rule says begins with 'decision.'"));
    }

    private static Optional<String> called(String name) {
        return refuseIf(REFUSED_CALLS.contains(name), "calling '" + name + "' is not allowed; rules ask facts, compare "
                + "texts, compute with Math and say something with 'decision.'");
    }

    private static Optional<String> name(String name) {
        boolean type = Character.isUpperCase(name.charAt(0)) && name.chars().anyMatch(Character::isLowerCase);
        String nearest = Nearest.to(name, NAMES);
        return refuseIf((type && !Vocabulary.TYPE_NAMES.contains(name)) || REFUSED_NAMES.contains(name),
                "'" + name + "' is not known to rules" + (nearest == null || REFUSED_NAMES.contains(name)
                        ? "; they use the facts, their words, and Math"
                        : ", did you mean '" + nearest + "'?"));
    }

    private static Optional<String> operator(String operator) {
        return refuseIf(!OPERATORS.contains(operator),
                "the operator '" + operator + "' is not allowed, use ==, !=, <, >, in, contains, memberOf");
    }
}
