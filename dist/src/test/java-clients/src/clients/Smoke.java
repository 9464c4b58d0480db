package clients;

/// Does what programs do with the clients for Java. Prints one line a case.
///
/// usage: Smoke http://127.0.0.1:8080
final class Smoke {
    /// A picture of one dot.
    static final String DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    /// A model that answers at once, and one of a vendor that calls two tools at once and tells long stories.
    static final String PLAY = "play/echo-large";
    static final String CLOUD = "cloud/gpt-test";
    static final String KEY = "sk-patient";
    static final String WRONG = "sk-wrong-key-0000000000";

    private Smoke() {}

    public static void main(String[] arguments) {
        var checks = new Checks();
        new OpenAiJava(arguments[0]).run(checks);
        new OpenAiJavaResponses(arguments[0]).run(checks);
        new AnthropicJava(arguments[0]).run(checks);
        new LangChain(arguments[0]).run(checks);
        System.exit(checks.finish());
    }
}
