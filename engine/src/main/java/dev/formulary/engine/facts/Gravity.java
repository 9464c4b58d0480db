package dev.formulary.engine.facts;

/// How grave a crisis a call shows: the graver of what the screen found and what the caller declared.
public final class Gravity {
    private Gravity() {}

    /// @return [CrisisLevel#NONE] when nothing points to one
    public static CrisisLevel of(Context context) {
        CrisisLevel found = context.screening().level();
        CrisisLevel declared = declared(context);
        return found.atLeast(declared) ? found : declared;
    }

    private static CrisisLevel declared(Context context) {
        if (context.risk() == Risk.CRITICAL) {
            return CrisisLevel.CRITICAL;
        }
        boolean high = context.risk() == Risk.HIGH || context.need() == Need.CRISIS_INTERVENTION
                || context.emotion() == EmotionalState.CRISIS || context.therapy().crisis() != null;
        return high ? CrisisLevel.HIGH : context.risk() == Risk.MODERATE ? CrisisLevel.MODERATE : CrisisLevel.NONE;
    }
}
