/// Tests of the broker with the clients that houses have.
@NullMarked
package dev.formulary.broker;

import org.jspecify.annotations.NullMarked;
