/// What a provider author tests with: the contract that every provider passes, and stand-ins for what the gateway gives.
///
/// Extend [dev.formulary.testkit.ProviderContract] in the plug-in's own tests. [dev.formulary.testkit.JdkHttpTransport]
/// is an HTTP client that works outside the gateway; [dev.formulary.testkit.TestAttempt] is a try at answering that a
/// test cancels when it likes; [dev.formulary.testkit.TestContext] is what a factory is given.
@NullMarked
package dev.formulary.testkit;

import org.jspecify.annotations.NullMarked;
