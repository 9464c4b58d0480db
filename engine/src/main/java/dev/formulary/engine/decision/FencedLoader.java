package dev.formulary.engine.decision;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The second gate: for rules, nothing else exists than what is on its list.
///
/// Names of generated classes are refused at once: a parent that is asked about them remembers each for ever.
final class FencedLoader extends ClassLoader {
    private static final Set<String> OURS = Vocabulary.TYPES.stream().map(Class::getName)
            .collect(Collectors.toUnmodifiableSet());
    private static final Pattern DROOLS = Pattern.compile("org\\.drools\\.(model|modelcompiler|util)\\..*"
            + "|org\\.drools\\.core\\.base\\.accumulators\\..*|org\\.drools\\.(core|base)\\.factmodel\\..*"
            + "|org\\.drools\\.compiler\\.kie\\.builder\\.MaterializedLambda"
            + "|org\\.kie\\.(api|internal\\.ruleunit|util\\.maven\\.support)\\..*");
    private static final Pattern AT_RUN_TIME = Pattern.compile("java\\.lang\\.(Object|String|Integer|Long|Double|Float"
            + "|Short|Byte|Character|Boolean|Number|Math|Enum|Record|Comparable|CharSequence|Iterable|Void|Override"
            + "|FunctionalInterface|Deprecated|SafeVarargs|SuppressWarnings|StringBuilder|Throwable|Exception|Error"
            + "|RuntimeException|IllegalArgumentException|NoSuchFieldError|MatchException|ClassNotFoundException"
            + "|Cloneable|AutoCloseable|NullPointerException|ClassCastException|System)"
            + "|java\\.lang\\.annotation\\..*|java\\.io\\.Serializable|java\\.math\\.Big(Decimal|Integer)"
            + "|java\\.lang\\.invoke\\.(StringConcatFactory|LambdaMetafactory|MethodHandles(\\$Lookup)?|MethodHandle"
            + "|MethodType|CallSite|SerializedLambda)|java\\.lang\\.runtime\\..*|java\\.util\\.function\\..*"
            + "|java\\.util\\.(Set|List|Map|Optional|Collection|ArrayList|Arrays|Collections|Locale|UUID|Objects)"
            + "|java\\.time\\..*");
    /// The compiler asks for more than the rules: what the signatures of the allowed types mention.
    private static final Pattern FOR_COMPILER = Pattern.compile("java\\.(lang|util|math|io)\\.[A-Z][\\w$]*"
            + "|java\\.(lang\\.(invoke|annotation|constant|reflect|runtime)|util\\.(function|stream)|nio\\.charset)"
            + "\\..*");
    private static final Pattern NOT_FOR_COMPILER = Pattern.compile("java\\.lang\\.(Runtime|RuntimePermission"
            + "|System\\$.*|Process.*|Thread.*|ClassLoader.*|Module.*|StackWalker.*|SecurityManager|Shutdown.*"
            + "|ScopedValue.*|InheritableThreadLocal|Compiler)|java\\.lang\\.reflect\\.(Proxy|Array|Invocation.*)"
            + "|java\\.util\\.(ServiceLoader|Timer|Scanner|Formatter|ResourceBundle).*"
            + "|java\\.io\\.(File|RandomAccess|Object|Pipe|Print).*");

    private final ClassLoader engine;
    private final Predicate<String> visible;

    static {
        registerAsParallelCapable();
    }

    private FencedLoader(String name, Predicate<String> visible) {
        super(name, null);
        this.engine = FencedLoader.class.getClassLoader();
        this.visible = visible;
    }

    /// What compiled rules see.
    static FencedLoader forRules() {
        return new FencedLoader("fence", name -> common(name) || AT_RUN_TIME.matcher(name).matches());
    }

    /// What the compiler of rules sees.
    static FencedLoader forCompiler() {
        return new FencedLoader("compiler-fence", name -> common(name) || AT_RUN_TIME.matcher(name).matches()
                || (FOR_COMPILER.matcher(name).matches() && !NOT_FOR_COMPILER.matcher(name).matches()));
    }

    private static boolean common(String name) {
        return OURS.contains(name) || DROOLS.matcher(name).matches();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!visible.test(name)) {
            throw new ClassNotFoundException(name + " is not visible to rules");
        }
        return engine.loadClass(name);
    }

    private boolean visibleResource(String name) {
        if (name.startsWith("META-INF/kie.")) {
            // settings of the rule engine, for example the names of its sums
            return true;
        }
        return name.endsWith(".class")
                && visible.test(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
    }

    @Override
    public @Nullable URL getResource(String name) {
        return visibleResource(name) ? engine.getResource(name) : null;
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        return visibleResource(name) ? engine.getResourceAsStream(name) : null;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return visibleResource(name) ? engine.getResources(name) : Collections.emptyEnumeration();
    }
}
