package dev.formulary.engine.decision;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What the byte code of rules may refer to, in the notation of class files.
final class Allowed {
    /// `owner.member` in code that an author wrote.
    private static final Pattern MEMBERS = Pattern.compile(
            "java/lang/(Boolean|Integer|Long|Double|Float|Number)\\.(valueOf|\\w+Value|parse(Int|Long|Double|Boolean)"
                    + "|compare|compareTo|equals|hashCode|toString|M(AX|IN)_VALUE|TYPE|TRUE|FALSE|isNaN|isInfinite|isFinite|NaN"
                    + "|max|min|sum|signum)"
                    + "|java/lang/Math\\.(abs|ceil|clamp|floor|rint|round|max|min|sqrt|cbrt|pow|exp|log|log10|signum"
                    + "|(ceil|floor)(Div|Mod)|fma|hypot|(add|subtract|multiply|negate|toInt)(Exact)?|PI|E)"
                    + "|java/lang/Enum\\.(<init>|valueOf|ordinal|name|equals)|java/lang/Object\\.(<init>|equals|hashCode)"
                    + "|java/lang/String\\.(valueOf|equals|equalsIgnoreCase|hashCode|length|isEmpty|isBlank|startsWith"
                    + "|endsWith|contains|toLowerCase|toUpperCase|trim|strip|compareTo|indexOf|substring)"
                    + "|java/util/Set\\.(contains|containsAll|isEmpty|size|of)"
                    + "|java/util/List\\.(contains|isEmpty|size|get|of)|java/util/Collection\\.(contains|size)"
                    + "|java/util/Map\\.(get|containsKey|getOrDefault|size)"
                    + "|java/lang/System\\.arraycopy|java/lang/NoSuchFieldError\\.<init>|java/lang/MatchException\\.<init>"
                    + "|java/lang/invoke/StringConcatFactory\\.makeConcatWithConstants"
                    + "|java/lang/invoke/LambdaMetafactory\\.metafactory"
                    + "|java/lang/runtime/SwitchBootstraps\\.(typeSwitch|enumSwitch)"
                    + "|org/drools/modelcompiler/util/EvaluationUtil\\.\\w+"
                    + "|org/drools/model/functions/PredicateInformation\\.(<init>|\\w+)"
                    + "|org/drools/modelcompiler/dsl/pattern/D\\.eval|org/drools/model/BitMask\\.getPatternMask"
                    + "|org/drools/model/operators/(Contains|MemberOf|Excludes|In)Operator\\.INSTANCE");
    /// `owner.member` in code that the compiler adds around it.
    private static final Pattern AROUND = Pattern.compile("org/drools/model/.*"
            + "|org/drools/modelcompiler/dsl/.*|org/drools/core/base/accumulators/.*|org/drools/util/DateUtils\\..*"
            + "|java/lang/(RuntimeException|IllegalArgumentException)\\.<init>|java/time/format/.*"
            + "|java/util/ArrayList\\..*|java/util/Arrays\\.asList|java/util/Collections\\.emptyList"
            + "|java/util/List\\.(add|addAll)|java/util/Locale\\.ENGLISH");
    private static final Pattern TYPES = Pattern.compile("org/drools/(model|modelcompiler|core/base/accumulators)/.*"
            + "|org/drools/util/DateUtils|java/time/format/.*|java/util/function/\\w+"
            + "|java/util/(Set|List|Map|Collection|ArrayList|Arrays|Collections|Locale)"
            + "|java/lang/(Object|String|Integer|Long|Double|Float|Boolean|Character|Short|Byte|Number|Math|Enum|System"
            + "|Comparable|CharSequence|Iterable|Exception|RuntimeException|IllegalArgumentException|NoSuchFieldError"
            + "|MatchException|Void)"
            + "|java/lang/invoke/(MethodHandles(\\$Lookup)?|StringConcatFactory|LambdaMetafactory|MethodHandle"
            + "|MethodType|CallSite)|java/lang/runtime/\\w+|java/io/Serializable");
    private static final Set<String> OUR_TYPES = new HashSet<>();
    private static final Set<String> OUR_MEMBERS = new HashSet<>();

    static {
        for (Class<?> type : Vocabulary.TYPES) {
            String name = type.getName().replace('.', '/');
            OUR_TYPES.add(name);
            // a rule gets its facts, it makes none; the constants of words are static
            Arrays.stream(type.getDeclaredMethods()).filter(method -> ours(type, method.getModifiers()))
                    .forEach(method -> OUR_MEMBERS.add(name + "." + method.getName()));
            Arrays.stream(type.getDeclaredFields()).filter(field -> ours(type, field.getModifiers()))
                    .forEach(field -> OUR_MEMBERS.add(name + "." + field.getName()));
            List.of("equals", "hashCode", "toString", "name", "ordinal", "compareTo")
                    .forEach(method -> OUR_MEMBERS.add(name + "." + method));
        }
    }

    private Allowed() {}

    private static boolean ours(Class<?> type, int modifiers) {
        return Modifier.isPublic(modifiers) && (type.isEnum() || !Modifier.isStatic(modifiers));
    }

    /// @param type internal name, possibly of an array
    static boolean type(String type) {
        String element = type.startsWith("[") ? type.replaceAll("^\\[+L?|;$", "") : type;
        return element.length() == 1 || OUR_TYPES.contains(element) || TYPES.matcher(element).matches();
    }

    /// @param member `owner.name`
    /// @param written whether an author's words became this class
    static boolean member(String member, boolean written) {
        if (member.endsWith(".getClass") || member.endsWith(".getDeclaringClass")) {
            return false;
        }
        return OUR_MEMBERS.contains(member) || MEMBERS.matcher(member).matches()
                || (!written && AROUND.matcher(member).matches());
    }
}
