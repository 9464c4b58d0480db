/// What providers that speak HTTP and JSON have in common. Each such provider's JAR holds a copy of its own, so it may change with
/// every release and is no part of the contract.
@NullMarked
package dev.formulary.wire;

import org.jspecify.annotations.NullMarked;
