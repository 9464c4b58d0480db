package clients;

import java.util.concurrent.Callable;
import java.util.function.Predicate;

/// Runs cases and prints one line for each.
final class Checks {
    private int passed;
    private int failed;

    void check(String name, Callable<?> run) {
        try {
            System.out.println("ok   " + name + ": " + String.valueOf(run.call()).replace("\n", " "));
            passed++;
        } catch (Exception | AssertionError | LinkageError e) {
            System.out.println("FAIL " + name);
            e.printStackTrace(System.out);
            failed++;
        }
    }

    static void require(boolean right, Object shown) {
        if (!right) {
            throw new AssertionError(String.valueOf(shown));
        }
    }

    /// What must fail so.
    static <E extends Exception> String fails(Class<E> type, Predicate<E> right, Callable<?> run) throws Exception {
        try {
            throw new AssertionError("it was answered: " + run.call());
        } catch (Exception e) {
            Throwable told = e;
            while (!type.isInstance(told) && told.getCause() != null) {
                told = told.getCause();
            }
            if (!type.isInstance(told) || !right.test(type.cast(told))) {
                throw e;
            }
            return told.getClass().getSimpleName() + ": " + told.getMessage();
        }
    }

    /// @return the exit code
    int finish() {
        System.out.println(passed + " passed, " + failed + " failed");
        return failed == 0 ? 0 : 1;
    }
}
