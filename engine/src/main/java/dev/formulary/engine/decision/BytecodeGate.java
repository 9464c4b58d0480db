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
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The third gate: reads the byte code that the compiler made. Whatever trick the text played, it ends here.
final class BytecodeGate {
    private static final Pattern MODEL = Pattern.compile(".*\\.Rules[0-9A-F]{32}");
    private static final Pattern AROUND = Pattern.compile(
            ".*\\.(Rules[0-9A-F]{32}(RuleMethods\\d+)?|DomainClassesMetadata[0-9A-F]{32}(\\$\\w+)?)");
    private static final Pattern WRITTEN = Pattern.compile(".*\\.Lambda[A-Z]\\w*?[0-9A-F]{32}");

    private final Set<String> own = new HashSet<>();
    private final Set<String> refusals = new LinkedHashSet<>();

    private BytecodeGate() {}

    /// Whether a class of that name is the list of its file's rules.
    static boolean isModel(String className) {
        return MODEL.matcher(className).matches();
    }

    /// What is refused, in words; empty when all passes.
    static Set<String> look(Map<String, byte[]> classes) {
        var gate = new BytecodeGate();
        classes.keySet().forEach(name -> gate.own.add(name.replace('.', '/')));
        classes.forEach(gate::type);
        return gate.refusals;
    }

    private void type(String name, byte[] bytes) {
        boolean written = WRITTEN.matcher(name).matches();
        if (!name.startsWith(Vocabulary.RULES) || (!written && !AROUND.matcher(name).matches())) {
            refusals.add("a class that no rule makes: " + name);
            return;
        }
        ClassModel model = ClassFile.of().parse(bytes);
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
            refusals.add("the type " + type.replace('/', '.') + " is not for rules");
        }
    }

    private void reference(MemberRefEntry member, boolean written) {
        String owner = member.owner().asInternalName();
        String name = owner + "." + member.name().stringValue();
        boolean ours = own.contains(owner) || owner.startsWith("[");
        if (ours ? name.endsWith(".getClass") : !Allowed.member(name, written)) {
            refusals.add(name.replace('/', '.') + " is not for rules");
        }
    }

    private void code(ClassModel type, MethodModel method, CodeModel code, boolean written) {
        var passed = new HashSet<Label>();
        // the compiler's own table for a switch over an enum is an array
        boolean table = method.methodName().stringValue().startsWith("$SWITCH_TABLE$");
        for (CodeElement element : code) {
            switch (element) {
                case LabelTarget target -> passed.add(target.label());
                case BranchInstruction branch when passed.contains(branch.target()) -> refusals.add("a loop");
                case InvokeInstruction call when recursive(type, method, call) -> refusals.add("a recursion");
                case MonitorInstruction _ -> refusals.add("a lock");
                case ThrowInstruction _ when written -> refusals.add("a throw");
                case NewPrimitiveArrayInstruction _ when written && !table -> refusals.add("an array");
                case NewMultiArrayInstruction _ when written -> refusals.add("an array");
                default -> {
                    // computes
                }
            }
        }
    }

    private static boolean recursive(ClassModel type, MethodModel method, InvokeInstruction call) {
        String name = method.methodName().stringValue();
        return call.owner().asInternalName().equals(type.thisClass().asInternalName())
                && call.name().equalsString(name) && !name.equals("<init>")
                && call.typeSymbol().equals(method.methodTypeSymbol());
    }
}
