package dev.formulary.engine.decision;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.SimpleName;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.drools.mvel.parser.ast.expr.DrlxExpression;
import org.drools.mvel.parser.printer.PrintUtil;

/// Keeps texts from growing. A text that was put together with `+` may be kept under a name, but not be put together again:
/// otherwise twenty statements double one into gigabytes. Numbers are free, for their names say that they are numbers; so that
/// a name says one thing, no name is given twice, not even in another block.
final class Joined {
    private static final Set<String> NUMBERS = Set.of("int", "long", "double", "float", "boolean", "Integer", "Long",
            "Double", "Boolean", "Number");

    private final Function<Node, Stream<Node>> parts;
    private final Set<String> names = new HashSet<>();
    private final Set<String> numbers = new HashSet<>();
    private final Set<String> declared = new HashSet<>();

    /// @param parts a node with all that is in it
    Joined(Function<Node, Stream<Node>> parts) {
        this.parts = parts;
    }

    /// Whether an expression puts together, or is, what was put together.
    private boolean grows(Node node) {
        return parts.apply(node).anyMatch(part -> plus(part) || kept(part));
    }

    private static boolean plus(Node node) {
        return node instanceof BinaryExpr sum && sum.getOperator() == BinaryExpr.Operator.PLUS;
    }

    private boolean kept(Node node) {
        return switch (node) {
            case NameExpr name -> names.contains(name.getNameAsString());
            case SimpleName name -> names.contains(name.getIdentifier());
            default -> false;
        };
    }

    /// A name for something of which the type is not known: a binding of a pattern or of an accumulation, or a variable.
    void bind(String name, Node value) {
        declared.add(name);
        if (grows(value)) {
            names.add(name);
        }
    }

    /// Why a node is refused.
    Optional<String> look(Node node) {
        return switch (node) {
            case DrlxExpression condition -> {
                Optional.ofNullable(condition.getBind()).ifPresent(name -> bind(name.asString(), condition.getExpr()));
                yield Optional.empty();
            }
            case BinaryExpr sum when plus(sum) && parts.apply(sum).anyMatch(this::kept) -> refusal(sum);
            case VariableDeclarator variable when !declared.add(variable.getNameAsString()) -> Optional.of("the name '"
                    + variable.getNameAsString() + "' is given twice in this rule, give each value a name of its own");
            case VariableDeclarator variable -> {
                if (NUMBERS.contains(variable.getTypeAsString())) {
                    numbers.add(variable.getNameAsString());
                } else {
                    variable.getInitializer().ifPresent(value -> bind(variable.getNameAsString(), value));
                }
                yield Optional.empty();
            }
            case AssignExpr assign when !numbers.contains(assign.getTarget().toString()) -> assign(assign);
            default -> Optional.empty();
        };
    }

    private Optional<String> assign(AssignExpr assign) {
        String name = assign.getTarget().toString();
        boolean adds = assign.getOperator() == AssignExpr.Operator.PLUS;
        boolean again = names.contains(name)
                && (adds || parts.apply(assign.getValue()).anyMatch(Joined::plus));
        if (adds || grows(assign.getValue())) {
            names.add(name);
        }
        return again ? refusal(assign) : Optional.empty();
    }

    private Optional<String> refusal(Node node) {
        String name = parts.apply(node).filter(this::kept).findFirst().map(PrintUtil::printNode).orElse("it");
        return Optional.of("'" + name + "' was already put together with '+'; put a text together in one place "
                + "(a number is declared with int, long or double)");
    }
}
