/// What a house sees of the gateway: its state as retained messages, and the entities that Home Assistant makes of them.
@NullMarked
package dev.formulary.engine.house;

import org.jspecify.annotations.NullMarked;
