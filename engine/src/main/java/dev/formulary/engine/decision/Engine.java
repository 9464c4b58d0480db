package dev.formulary.engine.decision;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.drools.model.Model;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;
import org.kie.api.KieServices;

/// The rule engine's switches, and how compiled files become a rule base.
final class Engine {
    static final String VERSION = "10.2.0";

    static {
        // The native compiler would ignore the fence for java.*, and an unknown level silently falls back to 17.
        System.setProperty("drools.dialect.java.compiler", "ECLIPSE");
        System.setProperty("drools.dialect.java.compiler.lnglevel", "21");
    }

    private Engine() {}

    /// Must have been called before anything of the rule engine is touched.
    static void prepare() {
        // the static block above does it
    }

    /// Defines a file's classes and makes its rules.
    static Model model(CompiledFile file) {
        prepare();
        String name = file.classes().keySet().stream().filter(BytecodeGate::isModel).findFirst()
                .orElseThrow(() -> new IllegalStateException("the compiler made no model"));
        var loader = new RuleClassLoader(file.classes(), FencedLoader.forRules());
        try {
            return (Model) loader.loadClass(name).getDeclaredConstructor().newInstance();
        } catch (InstantiationException | IllegalAccessException | InvocationTargetException | NoSuchMethodException
                | ClassNotFoundException e) {
            throw new IllegalStateException("the rules of a file can't be made: " + e, e);
        }
    }

    static KieBase base(List<Model> models) {
        prepare();
        return KieBaseBuilder.createKieBaseFromModel(models, KieServices.get().newKieBaseConfiguration());
    }
}
