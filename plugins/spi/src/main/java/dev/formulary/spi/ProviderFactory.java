package dev.formulary.spi;

import java.util.List;

/// Makes providers of one kind. The gateway finds implementations with [java.util.ServiceLoader], so each needs a public
/// constructor without parameters that does no work.
///
/// Life cycle: one instance a loaded JAR. [#create] is called once for every provider of this kind in the configuration,
/// never twice at a time, on a virtual thread, with a time limit of ten seconds. A kind that the configuration does not
/// mention is created once with empty settings and its kind as the id.
public interface ProviderFactory {

    /// What the configuration calls this kind of provider.
    ///
    /// @return lower-case letters, digits and hyphens, constant for the life of the JAR
    String kind();

    /// The settings that this kind understands, besides `id`, `kind` and `models`, which the gateway reads itself. Constant
    /// for the life of the JAR.
    ///
    /// @return by default none: then the gateway checks nothing, and [#create] is given whatever stands there
    default List<Setting> settings() {
        return List.of();
    }

    /// Makes a provider, ready to be asked. It must not wait for the vendor: a server that is down now may be up later.
    ///
    /// @param context the provider's name, settings and the services of the gateway
    /// @return a new provider that the gateway owns and closes
    /// @throws ProviderException with [FailureCategory#CONFIGURATION] when a setting is missing or wrong; the message
    ///         names the setting and what would be right
    Provider create(ProviderContext context) throws ProviderException;
}
