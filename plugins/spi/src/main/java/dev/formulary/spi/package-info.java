/// The contract between the gateway and a provider plug-in.
///
/// A plug-in JAR names one or more [dev.formulary.spi.ProviderFactory] classes in
/// `META-INF/services/dev.formulary.spi.ProviderFactory`, and says in its manifest `Plugin-Id`, `Plugin-Version` and
/// `Plugin-Requires` (a range of versions of this contract, for example `>=1.0.0 & <2.0.0`).
///
/// Reading order: [dev.formulary.spi.ProviderFactory] makes a [dev.formulary.spi.Provider] from a
/// [dev.formulary.spi.ProviderContext]; the provider lists [dev.formulary.spi.ModelCard]s and answers a
/// [dev.formulary.spi.ChatRequest] with a [dev.formulary.spi.ReplyStream] of [dev.formulary.spi.ReplyEvent]s, or fails
/// with a [dev.formulary.spi.ProviderException].
///
/// The package depends on the JDK and JSpecify alone, so that a plug-in may bring any library in any version.
@NullMarked
package dev.formulary.spi;

import org.jspecify.annotations.NullMarked;
