package dev.formulary.engine.decision;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.Problem;
import com.github.javaparser.TokenRange;
import com.github.javaparser.ast.Modifier;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.CastExpr;
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
import com.github.javaparser.ast.expr.ThisExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.expr.VariableDeclarationExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.EmptyStmt;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.Statement;
import com.github.javaparser.ast.stmt.SwitchEntry;
import com.github.javaparser.ast.type.ClassOrInterfaceType;
import com.github.javaparser.ast.type.PrimitiveType;
import com.github.javaparser.ast.type.VarType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.drools.mvel.parser.ast.expr.DrlxExpression;
import org.drools.mvel.parser.ast.expr.HalfBinaryExpr;
import org.drools.mvel.parser.ast.expr.HalfPointFreeExpr;
import org.drools.mvel.parser.ast.expr.NullSafeFieldAccessExpr;
import org.drools.mvel.parser.ast.expr.NullSafeMethodCallExpr;
import org.drools.mvel.parser.ast.expr.PointFreeExpr;
import org.drools.mvel.parser.printer.PrintUtil;

/// Looks at expressions and statements inside a rule. What is not on the list is refused: loops, lambdas, `new`, arrays,
/// types and static calls from outside the vocabulary.
final class CodeGate {
    /// Statements of one rule: enough for every honest one, too few to double a text into gigabytes.
    private static final int STATEMENT_LIMIT = 20;
    private static final Set<String> REFUSED_CALLS = Set.of("getClass", "forName", "wait", "notify", "notifyAll",
            "repeat", "invoke", "newInstance", "getClassLoader", "getDeclaringClass", "exec", "exit", "load",
            "loadLibrary", "start", "clone", "finalize", "format", "formatted", "matches", "replaceAll", "split");
    private static final Set<String> OPERATORS = Set.of("contains", "memberOf", "in", "excludes");
    private static final Set<String> REFUSED_NAMES = Set.of("drools", "kcontext", "java", "javax", "org", "com", "sun",
            "jdk", "dev", "formulary");
    private static final JavaParser JAVA = new JavaParser(new ParserConfiguration()
            .setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21));

    private final Complaints complaints;
    private final String rule;
    private int statements;
    private boolean consequence;

    CodeGate(Complaints complaints, String rule) {
        this.complaints = complaints;
        this.rule = rule;
    }

    void condition(int line, Expression expression) {
        walk(expression, node -> line);
    }

    void consequence(int line, String code) {
        ParseResult<BlockStmt> parsed = JAVA.parseBlock("{" + code + "\n}");
        Optional<BlockStmt> block = parsed.getResult();
        if (!parsed.isSuccessful() || block.isEmpty()) {
            for (Problem problem : parsed.getProblems()) {
                int offset = problem.getLocation().flatMap(TokenRange::toRange).map(range -> range.begin.line - 1)
                        .orElse(0);
                complaints.add(line + offset, "", rule, "what follows 'then' is not Java: "
                        + problem.getMessage().lines().findFirst().orElse(""));
            }
            return;
        }
        consequence = true;
        walk(block.get(), node -> line + node.getRange().map(range -> range.begin.line - 1).orElse(0));
        if (statements > STATEMENT_LIMIT) {
            complaints.add(line, "then", rule, "a rule may have " + STATEMENT_LIMIT + " statements, this has "
                    + statements);
        }
    }

    /// Where a node stands in the author's file.
    private interface Lines {
        int of(Node node);
    }

    private void walk(Node node, Lines lines) {
        if (node instanceof Statement) {
            statements++;
        }
        Optional<String> refusal = refusal(node);
        if (refusal.isPresent()) {
            complaints.add(lines.of(node), needle(node), rule, refusal.get());
            return;
        }
        children(node).forEach(child -> walk(child, lines));
    }

    /// The rule language's own expressions do not list their parts as children.
    private static List<? extends Node> children(Node node) {
        return switch (node) {
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
            case NullSafeMethodCallExpr call -> refuseIf(REFUSED_CALLS.contains(call.getNameAsString()),
                    "calling '" + call.getNameAsString() + "' is not allowed");
            case NameExpr name -> name(name.getNameAsString());
            case FieldAccessExpr field -> refuseIf(field.getNameAsString().equals("class"),
                    "'.class' is not allowed");
            case ClassOrInterfaceType type -> refuseIf(!Vocabulary.TYPE_NAMES.contains(type.getNameAsString())
                    || type.getScope().isPresent() || type.getTypeArguments().isPresent(),
                    "the type '" + type.getNameWithScope() + "' is not known to rules");
            case ThisExpr _ -> refuseIf(consequence, "'this' is not allowed behind 'then'");
            case PointFreeExpr operation -> operator(operation.getOperator().asString());
            case HalfPointFreeExpr operation -> operator(operation.getOperator().asString());
            case BlockStmt _,ExpressionStmt _,IfStmt _,EmptyStmt _,SwitchEntry _ -> Optional.empty();
            case LiteralExpr _,BinaryExpr _,UnaryExpr _,EnclosedExpr _,ConditionalExpr _ -> Optional.empty();
            case VariableDeclarationExpr _,VariableDeclarator _,AssignExpr _,CastExpr _ -> Optional.empty();
            case PrimitiveType _,VarType _,SimpleName _,Name _,Modifier _,SwitchExpr _ -> Optional.empty();
            case DrlxExpression _,HalfBinaryExpr _,NullSafeFieldAccessExpr _ -> Optional.empty();
            default -> Optional.of("'" + firstLine(node)
                    + "' is not allowed in a rule: no loops, lambdas, 'new', arrays, try, throw or return");
        };
    }

    private static String firstLine(Node node) {
        return PrintUtil.printNode(node).lines().findFirst().orElse("");
    }

    private static Optional<String> refuseIf(boolean bad, String message) {
        return bad ? Optional.of(message) : Optional.empty();
    }

    private Optional<String> call(MethodCallExpr call) {
        String name = call.getNameAsString();
        if (REFUSED_CALLS.contains(name)) {
            return Optional.of("calling '" + name + "' is not allowed");
        }
        return refuseIf(consequence && call.getScope().isEmpty(), "'" + name
                + "(...)' is not allowed by itself: what a rule says begins with 'decision.'");
    }

    private static Optional<String> name(String name) {
        boolean type = Character.isUpperCase(name.charAt(0)) && name.chars().anyMatch(Character::isLowerCase);
        return refuseIf((type && !Vocabulary.TYPE_NAMES.contains(name)) || REFUSED_NAMES.contains(name),
                "'" + name + "' is not known to rules");
    }

    private static Optional<String> operator(String operator) {
        return refuseIf(!OPERATORS.contains(operator),
                "the operator '" + operator + "' is not allowed, use ==, !=, <, >, in, contains, memberOf");
    }
}
