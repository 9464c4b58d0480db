package dev.formulary.engine.decision;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The third gate: reads the byte code that the compiler made. Whatever trick the text played, it ends here.
final class BytecodeGate {
    private static final Pattern MODEL = Pattern.compile(".*\\.Rules[0-9A-F]{32}");
    private static final Pattern AROUND = Pattern.compile(
            ".*\\.(Rules[0-9A-F]{32}(Rules\\d+|RuleMethods\\d+)?|DomainClassesMetadata[0-9A-F]{32}(\\$\\w+)?)");
    private static final Pattern WRITTEN = Pattern.compile(".*\\.Lambda[A-Z]\\w*?[0-9A-F]{32}");

    private static final int ARGUMENTS = 64;

    private final Set<String> own = new HashSet<>();
    private final Set<Refusal> refusals = new LinkedHashSet<>();

    /// Whether a small number was the last thing that the code mentioned.
    private boolean few;

    private BytecodeGate() {}

    /// @param what is refused, in words
    /// @param word what an author may have written for it; empty when that is not known
    record Refusal(String what, String word) {}

    /// Whether a class of that name is the list of its file's rules.
    static boolean isModel(String className) {
        return MODEL.matcher(className).matches();
    }

    /// What is refused; empty when all passes.
    static Set<Refusal> look(Map<String, byte[]> classes) {
        var gate = new BytecodeGate();
        classes.keySet().forEach(name -> gate.own.add(name.replace('.', '/')));
        classes.forEach(gate::type);
        return gate.refusals;
    }

    private void type(String name, byte[] bytes) {
        boolean written = WRITTEN.matcher(name).matches();
        if (!name.startsWith(Vocabulary.RULES) || (!written && !AROUND.matcher(name).matches())) {
            refuse("a class that no rule makes: " + name, "");
            return;
        }
        try {
            parts(name, ClassFile.of().parse(bytes), written);
        } catch (IllegalArgumentException e) {
            refuse("a class that can't be read: " + name, "");
        }
    }

    private void refuse(String what, String word) {
        refusals.add(new Refusal(what, word));
    }

    private void parts(String name, ClassModel model, boolean written) {
        if (!model.thisClass().asInternalName().equals(name.replace('.', '/'))) {
            refuse("a class under a name that is not its own: " + name, "");
        }
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> reference(type.asInternalName());
                case MemberRefEntry member -> reference(member, written);
                default -> {
                    // names and numbers
                }
            }
        }
        for (MethodModel method : model.methods()) {
            method.code().ifPresent(code -> code(model, method, code, written));
        }
    }

    private void reference(String type) {
        if (!own.contains(type) && !Allowed.type(type)) {
            refuse("the type " + type.replace('/', '.') + ", which is not for rules",
                    type.substring(type.lastIndexOf('/') + 1));
        }
    }

    private void reference(MemberRefEntry member, boolean written) {
        String owner = member.owner().asInternalName();
        String name = owner + "." + member.name().stringValue();
        boolean ours = own.contains(owner) || owner.startsWith("[");
        if (ours ? name.endsWith(".getClass") : !Allowed.member(name, written)) {
            refuse(name.replace('/', '.') + ", which is not for rules", member.name().stringValue());
        }
    }

    private void code(ClassModel type, MethodModel method, CodeModel code, boolean written) {
        var passed = new HashSet<Label>();
        // the compiler's own: the table for a switch over an enum, and the values of an enum, for each lambda is one
        String name = method.methodName().stringValue();
        boolean table = name.startsWith("$SWITCH_TABLE$") || name.equals("values");
        few = false;
        for (CodeElement element : code) {
            switch (element) {
                case LabelTarget target -> passed.add(target.label());
                case BranchInstruction branch when passed.contains(branch.target()) -> refuse("a loop", "");
                case TableSwitchInstruction choice when backward(passed, choice.defaultTarget(), choice.cases()) ->
                    refuse("a loop", "");
                case LookupSwitchInstruction choice when backward(passed, choice.defaultTarget(), choice.cases()) ->
                    refuse("a loop", "");
                case InvokeInstruction call when recursive(type, method, call) -> refuse("a recursion", "");
                case MonitorInstruction _ -> refuse("a lock", "synchronized");
                case ThrowInstruction _ when written -> refuse("a throw", "throw");
                case NewPrimitiveArrayInstruction _ when written && !table -> refuse("an array", "new");
                case NewMultiArrayInstruction _ when written -> refuse("an array", "new");
                case NewReferenceArrayInstruction _ when written && !table && !few -> refuse("an array", "new");
                case ExceptionCatch handler when written && !table && !enumTable(handler) -> refuse("a catch", "catch");
                default -> {
                    // computes
                }
            }
            // the compiler's own arrays of arguments are short
            few = element instanceof ConstantInstruction number && number.constantValue() instanceof Integer size
                    && size <= ARGUMENTS;
        }
    }

    private static boolean backward(Set<Label> passed, Label otherwise, List<SwitchCase> cases) {
        return passed.contains(otherwise) || cases.stream().anyMatch(each -> passed.contains(each.target()));
    }

    private static boolean enumTable(ExceptionCatch handler) {
        return handler.catchType().map(type -> type.asInternalName().equals("java/lang/NoSuchFieldError"))
                .orElse(false);
    }

    private static boolean recursive(ClassModel type, MethodModel method, InvokeInstruction call) {
        String name = method.methodName().stringValue();
        return call.owner().asInternalName().equals(type.thisClass().asInternalName())
                && call.name().equalsString(name) && !name.equals("<init>")
                && call.typeSymbol().equals(method.methodTypeSymbol());
    }
}
